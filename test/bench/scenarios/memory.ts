// Memory: over many requests, and under slow readers; and what stays open when clients leave. Each peer is started
// anew, so that what went before does not hide in a heap that has grown already.

import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, Sample } from '../bench.ts';
import type { JobKind } from '../jobs/job.ts';
import type { PeerName } from '../options.ts';
import type { Peer } from '../peers/peer.ts';
import { residentMb } from '../process-statistics.ts';
import type { Samples } from '../rounds.ts';
import { median } from '../statistics.ts';
import type { Scenario } from './scenario.ts';

const slowReaders = 8;
const slowBytes = 20_000_000;
const leavers = 50;

export const memoryScenarios: readonly Scenario[] = [
  {
    name: 'rss',
    title:
      'Memory of a fresh process over small, unique, cacheable requests (quick: a tenth of them)',
    metrics: [
      { key: 'start', label: 'RSS at start, MB', digits: 0 },
      { key: 'warm', label: 'RSS after 20,000, MB', digits: 0 },
      { key: 'half', label: 'RSS after 100,000, MB', digits: 0 },
      { key: 'end', label: 'RSS after 200,000, MB', digits: 0 },
    ],
    run: (bench) => onFreshPeers(bench, measureGrowth),
  },
  {
    name: 'slow-readers',
    title: `${slowReaders} slow readers of 20 MB, then ${leavers} streams, whose clients leave in the middle`,
    metrics: [
      { key: 'growthSse', label: 'RSS growth, 20 MB as a stream, MB', digits: 0, hasNoRatio: true },
      { key: 'growthJson', label: 'RSS growth, 20 MB of JSON, MB', digits: 0, hasNoRatio: true },
      { key: 'openSse', label: 'upstreams open 2 s later, stream', digits: 0, hasNoRatio: true },
      { key: 'openJson', label: 'upstreams open 2 s later, JSON', digits: 0, hasNoRatio: true },
      {
        key: 'openStreams',
        label: `upstreams open 2 s later, ${leavers} streams`,
        digits: 0,
        hasNoRatio: true,
      },
      { key: 'errors', label: 'answers that ended too early', digits: 0, hasNoRatio: true },
    ],
    run: (bench) => onFreshPeers(bench, measureLeaving),
  },
];

async function onFreshPeers(
  bench: Bench,
  measure: (bench: Bench, peer: Peer & { pid: number }) => Promise<Sample>,
): Promise<Samples> {
  const samples = new Map<PeerName, Sample[]>();
  for (const { name } of bench.peers.filter((peer) => peer.pid !== undefined)) {
    const peer = await bench.start(name);
    if (peer?.pid === undefined) continue;
    try {
      samples.set(name, [await measure(bench, { ...peer, pid: peer.pid })]);
    } catch (error) {
      bench.notes.push(`${name}: ${String(error)}`);
    } finally {
      await peer.stop();
    }
  }
  return samples;
}

async function measureGrowth(bench: Bench, peer: Peer & { pid: number }): Promise<Sample> {
  const scale = bench.pick(1, 0.1);
  const run = async (requests: number): Promise<number> => {
    await bench.measure(peer, {
      kind: 'closed',
      payload: { kind: 'small', as: 'lookup' },
      connections: 16,
      durationMs: 240_000,
      maxRequests: requests * scale,
    });
    return settledMb(peer.pid);
  };
  const start = await settledMb(peer.pid);
  const warm = await run(20_000);
  if (peer.name === 'portkey') {
    bench.notes.push('rss: Portkey stops at 20,000 requests; 200,000 would take it minutes');
    return { start, warm };
  }
  return { start, warm, half: await run(80_000), end: await run(100_000) };
}

/** Median of readings over a second of rest. */
async function settledMb(pid: number): Promise<number> {
  const readings: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    await delay(200);
    readings.push(residentMb(pid));
  }
  return median(readings);
}

async function measureLeaving(bench: Bench, peer: Peer & { pid: number }): Promise<Sample> {
  await bench.measure(peer, {
    kind: 'closed',
    payload: { kind: 'small', as: 'plain' },
    connections: 16,
    durationMs: bench.pick(1_500, 500),
  });
  const holdMs = bench.pick(5_000, 2_000);
  const slow = {
    kind: 'slow-readers',
    connections: slowReaders,
    bytes: slowBytes,
    holdMs,
  } as const;
  const sse = await holdAndLeave(bench, peer, { ...slow, as: 'sse' });
  const json = await holdAndLeave(bench, peer, { ...slow, as: 'json' });
  const streams = await holdAndLeave(bench, peer, {
    kind: 'leave',
    connections: leavers,
    holdMs: 500,
  });
  return {
    growthSse: sse.growthMb,
    growthJson: json.growthMb,
    openSse: sse.open,
    openJson: json.open - sse.open,
    openStreams: streams.open - json.open,
    errors: sse.errors + json.errors + streams.errors,
  };
}

async function holdAndLeave(
  bench: Bench,
  peer: Peer & { pid: number },
  job: JobKind,
): Promise<{ growthMb: number; open: number; errors: number }> {
  const before = await settledMb(peer.pid);
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, residentMb(peer.pid));
  }, 100);
  try {
    const { errors } = await bench.measure(peer, job);
    await delay(2_000);
    return { growthMb: highest - before, open: await bench.upstreamOpen(), errors: errors ?? 0 };
  } finally {
    clearInterval(watch);
  }
}
