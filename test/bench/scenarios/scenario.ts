// One thing that is measured, and how its numbers are shown.

import type { Bench } from '../bench.ts';
import type { Samples } from '../rounds.ts';

export interface Metric {
  readonly key: string;
  readonly label: string;
  readonly digits: number;
  /** Also shown as what a gateway adds to the direct way. */
  readonly isAdded?: boolean;
  /** Ratios to raw say nothing here. */
  readonly hasNoRatio?: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly metrics: readonly Metric[];
  run(bench: Bench): Promise<Samples>;
}

export const throughputMetrics: readonly Metric[] = [
  { key: 'perSecond', label: 'requests a second', digits: 0 },
  { key: 'cpuUs', label: 'gateway CPU a request, µs', digits: 0 },
  { key: 'p50', label: 'p50, ms', digits: 2 },
  { key: 'p99', label: 'p99, ms', digits: 2 },
  { key: 'cpuShare', label: 'gateway CPU share', digits: 2, hasNoRatio: true },
  { key: 'errors', label: 'errors', digits: 0, hasNoRatio: true },
];
