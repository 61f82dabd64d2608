// Large request bodies: the ones that are looked up by the hash of their bytes, and those of agents, which are read
// but never looked up.

import { alternate } from '../rounds.ts';
import { throughputMetrics, type Scenario } from './scenario.ts';

const kinds = [
  { as: 'lookup', what: 'cacheable (temperature 0, no tools), each unique' },
  { as: 'agent', what: "an agent's (tools and their results), never looked up" },
] as const;

const sizes = [
  { name: '256k', bytes: 256 * 1024, connections: 16 },
  { name: '2m', bytes: 2 * 1024 * 1024, connections: 4 },
] as const;

export const bodyScenarios: readonly Scenario[] = sizes.flatMap((size) =>
  kinds.map((kind) => ({
    name: `body-${size.name}-${kind.as}`,
    title: `Bodies of ${size.name.toUpperCase()}B, ${kind.what}, ${size.connections} connections`,
    metrics: throughputMetrics,
    run: (bench) =>
      alternate(bench, {
        peers: bench.peers,
        rounds: bench.pick(3, 1),
        measure: (peer) =>
          bench.measure(peer, {
            kind: 'closed',
            payload: { kind: 'large', as: kind.as, bytes: size.bytes },
            connections: size.connections,
            durationMs: bench.pick(2_500, 1_000),
          }),
      }),
  })),
);
