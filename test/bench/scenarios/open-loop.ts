// Open loops: what a gateway adds at a rate that it can bear.

import { alternate } from '../rounds.ts';
import type { Metric, Scenario } from './scenario.ts';

const metrics: readonly Metric[] = [
  { key: 'p50', label: 'p50, ms', digits: 2, isAdded: true },
  { key: 'p99', label: 'p99, ms', digits: 2, isAdded: true },
  { key: 'connections', label: 'connections needed', digits: 0, hasNoRatio: true },
  { key: 'errors', label: 'errors', digits: 0, hasNoRatio: true },
];

export const openLoopScenarios: readonly Scenario[] = [200, 1_000].map((perSecond) => ({
  name: `open-${perSecond}`,
  title: `Open loop, ${perSecond} small requests a second, latency from when each was due`,
  metrics,
  run: (bench) =>
    alternate(bench, {
      peers: bench.peers,
      rounds: bench.pick(3, 1),
      measure: (peer) => {
        const payload = { kind: 'small', as: 'lookup' } as const;
        const durationMs = bench.pick(4_000, 1_500);
        return bench.measure(peer, { kind: 'open', payload, perSecond, durationMs });
      },
    }),
}));
