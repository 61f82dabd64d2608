// The goals, each measured against raw on the same machine in the same run, and the floors below them.

import type { PeerName } from './options.ts';
import { medianOf, ratioOf, type Samples } from './rounds.ts';

export interface Criterion {
  readonly title: string;
  readonly scenario: string;
  /** NaN when it was not measured. */
  readonly measure: (samples: Samples) => number;
  /** What the floor is held against, where that is not the same. */
  readonly measureForFloor?: (samples: Samples) => number;
  readonly goal: number;
  readonly floor: number;
  /** Whether a larger value is better. */
  readonly isHigherBetter: boolean;
}

export type Verdict = 'goal met' | 'between' | 'below floor' | 'not measured';

const overRaw: readonly [PeerName, PeerName] = ['relaycore', 'raw'];

function throughput(
  scenario: string,
  title: string,
  limits: { goal: number; floor: number },
): Criterion {
  const measure = (samples: Samples): number => ratioOf(samples, overRaw, 'perSecond');
  return {
    title: `${title}, requests a second to raw`,
    scenario,
    measure,
    ...limits,
    isHigherBetter: true,
  };
}

function delayRatio(scenario: string, title: string, metric: string): Criterion {
  const measure = (samples: Samples): number => ratioOf(samples, overRaw, metric);
  return {
    title: `${title} to raw`,
    scenario,
    measure,
    goal: 1.5,
    floor: 3,
    isHigherBetter: false,
  };
}

function leftOpen(title: string, metric: string): Criterion {
  const measure = (samples: Samples): number => medianOf(samples, 'relaycore', metric);
  return { title, scenario: 'slow-readers', measure, goal: 0, floor: 0, isHigherBetter: false };
}

/** Memory moves by itself; "flat" is a growth below this factor. */
const flat = 1.15;

export const criteria: readonly Criterion[] = [
  ...[1, 16, 64].map((connections) =>
    throughput(`small-${connections}`, `small, ${connections} connection(s)`, {
      goal: 0.75,
      floor: 0.5,
    }),
  ),
  throughput('plain-16', 'small, never looked up, 16 connections', { goal: 0.75, floor: 0.5 }),
  throughput('body-256k-lookup', '256 KB looked up', { goal: 0.7, floor: 0.4 }),
  throughput('body-256k-agent', '256 KB parsed', { goal: 0.5, floor: 0.4 }),
  throughput('hits', 'cache hits', { goal: 1.5, floor: 1 }),
  delayRatio('streams', 'first chunk p99', 'firstP99'),
  delayRatio('streams', 'chunk delay p99', 'chunkP99'),
  delayRatio('streams-during-query', 'first chunk p99 during a query', 'firstP99'),
  delayRatio('streams-during-query', 'chunk delay p99 during a query', 'chunkP99'),
  {
    // Between the two the memory cache fills up to its bound, which is warming up too; a leak goes on after it.
    title: 'memory after 200,000 requests to after 20,000 (floor: to after 100,000)',
    scenario: 'rss',
    measure: (samples) => growth(samples, 'warm'),
    measureForFloor: (samples) => growth(samples, 'half'),
    goal: flat,
    floor: flat,
    isHigherBetter: false,
  },
  leftOpen('upstreams open after slow readers of a stream left', 'openSse'),
  leftOpen('upstreams open after slow readers of JSON left', 'openJson'),
  leftOpen('upstreams open after 50 streams were left', 'openStreams'),
];

function growth(samples: Samples, since: string): number {
  return medianOf(samples, 'relaycore', 'end') / medianOf(samples, 'relaycore', since);
}

export function judge(criterion: Criterion, samples: Samples): Verdict {
  const value = criterion.measure(samples);
  const forFloor = (criterion.measureForFloor ?? criterion.measure)(samples);
  if (Number.isNaN(value)) return 'not measured';
  const reaches = (reached: number, limit: number): boolean =>
    criterion.isHigherBetter ? reached >= limit : reached <= limit;
  if (reaches(value, criterion.goal)) return 'goal met';
  return reaches(forFloor, criterion.floor) ? 'between' : 'below floor';
}
