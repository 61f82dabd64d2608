// Every scenario, in the order in which they run.

import { bodyScenarios } from './bodies.ts';
import { memoryScenarios } from './memory.ts';
import { openLoopScenarios } from './open-loop.ts';
import type { Scenario } from './scenario.ts';
import { streamScenarios } from './streams.ts';
import { throughputScenarios } from './throughput.ts';

export const scenarios: readonly Scenario[] = [
  ...throughputScenarios,
  ...openLoopScenarios,
  ...streamScenarios,
  ...bodyScenarios,
  ...memoryScenarios,
];
