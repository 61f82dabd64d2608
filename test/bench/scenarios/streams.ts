// Streams: the first chunk, each chunk's delay, also while the ledger is queried; and chunks back to back.

import type { Bench } from '../bench.ts';
import type { JobKind } from '../jobs/job.ts';
import type { Peer } from '../peers/peer.ts';
import { startRelaycoreOn, type RelaycorePeer } from '../peers/relaycore.ts';
import { alternate, type Samples } from '../rounds.ts';
import { median } from '../statistics.ts';
import type { Metric, Scenario } from './scenario.ts';

const metrics: readonly Metric[] = [
  { key: 'firstP50', label: 'first chunk p50, ms', digits: 2, isAdded: true },
  { key: 'firstP99', label: 'first chunk p99, ms', digits: 2, isAdded: true },
  { key: 'chunkP50', label: 'chunk delay p50, ms', digits: 3, isAdded: true },
  { key: 'chunkP99', label: 'chunk delay p99, ms', digits: 3, isAdded: true },
  { key: 'cpuShare', label: 'gateway CPU share', digits: 2, hasNoRatio: true },
  { key: 'errors', label: 'errors', digits: 0, hasNoRatio: true },
];

const burstMetrics: readonly Metric[] = [
  { key: 'perSecond', label: 'streams a second', digits: 0 },
  { key: 'cpuUs', label: 'gateway CPU a stream, µs', digits: 0 },
  { key: 'errors', label: 'errors', digits: 0, hasNoRatio: true },
];

export const streamScenarios: readonly Scenario[] = [
  {
    name: 'streams',
    title: '50 streams, a chunk each 5 ms',
    metrics,
    run: (bench) => runStreams(bench, bench.peers),
  },
  {
    name: 'streams-during-query',
    title:
      '50 streams, a chunk each 5 ms, while a year of ledger is queried (raw and direct: no query)',
    metrics,
    run: runDuringQuery,
  },
  {
    name: 'streams-burst',
    title: 'Streams of 200 chunks back to back, 16 connections',
    metrics: burstMetrics,
    run: (bench) =>
      alternate(bench, {
        peers: bench.peers,
        rounds: bench.pick(3, 1),
        measure: (peer) =>
          bench.measure(peer, steady(bench, { connections: 16, chunks: 200, intervalMs: 0 })),
      }),
  },
];

function steady(
  bench: Bench,
  shape: { connections: number; chunks: number; intervalMs: number },
): JobKind {
  return { kind: 'streams', ...shape, durationMs: bench.pick(3_000, 1_200) };
}

function runStreams(bench: Bench, peers: readonly Peer[]): Promise<Samples> {
  return alternate(bench, {
    peers,
    rounds: bench.pick(5, 2),
    measure: (peer) =>
      bench.measure(peer, steady(bench, { connections: 50, chunks: 100, intervalMs: 5 })),
  });
}

async function runDuringQuery(bench: Bench): Promise<Samples> {
  const others = bench.peers.filter((peer) => peer.name === 'direct' || peer.name === 'raw');
  if (!bench.options.peers.includes('relaycore')) return new Map();
  const rows = bench.pick(1_000_000, 100_000);
  const started = await bench.start('relaycore', (setting) =>
    startRelaycoreOn(setting, (dataDir) => seed(dataDir, rows)),
  );
  if (started === undefined) return new Map();
  const peer = started as RelaycorePeer;
  const queriesMs: number[] = [];
  try {
    await bench.measure(peer, steady(bench, { connections: 50, chunks: 100, intervalMs: 5 }));
    return await alternate(bench, {
      peers: [...others, peer],
      rounds: bench.pick(5, 2),
      measure: async (one) => {
        const job = steady(bench, { connections: 50, chunks: 100, intervalMs: 5 });
        if (one.name !== 'relaycore') return bench.measure(one, job);
        const stopQuerying = queryAgainAndAgain(peer, queriesMs);
        try {
          return await bench.measure(one, job);
        } finally {
          await stopQuerying();
        }
      },
    });
  } finally {
    const typical = Math.round(median(queriesMs));
    bench.notes.push(
      `streams-during-query: ${queriesMs.length} queries, one after the other, over ${rows.toLocaleString('en')} rows, median ${typical} ms`,
    );
    await peer.stop();
  }
}

/** Fills the ledger before the core starts. */
async function seed(dataDir: string, rows: number): Promise<void> {
  const path = new URL('../../support/seed-ledger.ts', import.meta.url).href;
  const { seedLedger } = (await import(path)) as {
    seedLedger(dataDir: string, rows: number): void;
  };
  seedLedger(dataDir, rows);
}

/** Queries until told to stop; stopping rejects with what a query failed of. */
function queryAgainAndAgain(peer: RelaycorePeer, durationsMs: number[]): () => Promise<void> {
  const stopping = new AbortController();
  const year = new Date(Date.now() - 366 * 86_400_000).toISOString();
  const url = `${peer.core.url}/v1/analytics/usage?groupBy=day&from=${encodeURIComponent(year)}`;
  const headers = { authorization: `Bearer ${peer.core.controlToken}` };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const response = await fetch(url, { headers });
      const text = await response.text();
      if (!response.ok)
        throw new Error(`The analytics query answered ${response.status}: ${text.slice(0, 200)}`);
      durationsMs.push(performance.now() - startedAt);
    }
  };
  const running = run();
  running.catch(() => undefined);
  return () => {
    stopping.abort();
    return running;
  };
}
