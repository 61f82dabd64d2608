// Closed loops: small requests at three concurrencies, and cache hits.

import type { Payload } from '../payloads.ts';
import { alternate } from '../rounds.ts';
import { throughputMetrics, type Scenario } from './scenario.ts';

interface Loop {
  readonly name: string;
  readonly title: string;
  readonly payload: Payload;
  readonly connections: number;
}

export const throughputScenarios: readonly Scenario[] = [
  ...[1, 16, 64].map((connections) =>
    closedLoop({
      name: `small-${connections}`,
      title: `Small JSON, unique and cacheable (looked up, missed, stored), ${connections} connection(s)`,
      payload: { kind: 'small', as: 'lookup' },
      connections,
    }),
  ),
  closedLoop({
    name: 'plain-16',
    title: 'Small JSON without temperature 0 (never looked up), 16 connections',
    payload: { kind: 'small', as: 'plain' },
    connections: 16,
  }),
  closedLoop({
    name: 'hits',
    title: 'Cache hits: one small request again and again, 16 connections',
    payload: { kind: 'small', as: 'hit' },
    connections: 16,
  }),
];

function closedLoop(loop: Loop): Scenario {
  const { payload, connections } = loop;
  return {
    name: loop.name,
    title: loop.title,
    metrics: throughputMetrics,
    run: (bench) =>
      alternate(bench, {
        peers: bench.peers,
        rounds: bench.pick(5, 2),
        measure: (peer) => {
          const durationMs = bench.pick(2_000, 800);
          return bench.measure(peer, { kind: 'closed', payload, connections, durationMs });
        },
      }),
  };
}
