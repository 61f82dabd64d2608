// The running benchmark: upstream, load and peers, and how one measurement is taken.

import { startHelper, type HelperProcess } from './helper-process.ts';
import type { JobKind, JobResult } from './jobs/job.ts';
import type { Pinning } from './machine.ts';
import type { BenchOptions, PeerName } from './options.ts';
import { PeerUnavailable, type Peer, type PeerSetting, type StartPeer } from './peers/peer.ts';
import { peerStarters } from './peers/registry.ts';
import { cpuSeconds, machineCpuSeconds } from './process-statistics.ts';

/**
 * A measurement: the load's numbers; `cpuUs` a request and `cpuShare` (1 = one CPU) of the gateway; `foreignCpu`, what
 * processes that are none of the benchmark's used meanwhile (1 = one CPU).
 */
export type Sample = Readonly<Record<string, number>>;

export interface Bench {
  readonly options: BenchOptions;
  /** The peers that run throughout, warmed up. */
  readonly peers: readonly Peer[];
  /** What could not be measured, and why; printed under the tables. */
  readonly notes: string[];
  readonly setting: PeerSetting;
  /** The first value in a full run, the second in a quick one. */
  pick<Value>(full: Value, quick: Value): Value;
  measure(peer: Peer, job: JobKind): Promise<Sample>;
  /** Whether a measurement that others disturbed may be taken again: the run has a number of repeats, no more. */
  mayRepeat(): boolean;
  /** A peer of its own for one scenario; undefined (and a note) when it is not to be had. */
  start(name: PeerName, starter?: StartPeer): Promise<Peer | undefined>;
  /** How many answers the upstream is still sending. */
  upstreamOpen(): Promise<number>;
  progress(text: string): void;
  stop(): Promise<void>;
}

export async function startBench(options: BenchOptions, pinning: Pinning): Promise<Bench> {
  const upstream = await startHelper('upstream.ts', pinning.rest);
  let load = await startHelper('load.ts', pinning.rest);
  const upstreamPort = Number(upstream.hello['port']);
  const { profileFolder } = options;
  const setting: PeerSetting = { upstreamPort, prefix: pinning.gateway, profileFolder };
  const started = new Set<Peer>();
  const peers: Peer[] = [];
  const notes: string[] = [];
  let counter = 0;
  let repeats = options.isQuick ? 10 : 40;

  const ask = async (message: unknown, timeoutMs: number): Promise<JobResult> => {
    try {
      const answer = await load.ask(message, timeoutMs);
      if (answer['error'] !== undefined) throw new Error(JSON.stringify(answer['error']));
      return answer['result'] as JobResult;
    } catch (error) {
      load = await restart(load, pinning);
      throw error;
    }
  };
  const bench: Bench = {
    options,
    peers,
    notes,
    setting,
    pick: (full, quick) => (options.isQuick ? quick : full),
    progress: (text) => void process.stderr.write(`${text}\n`),
    measure: async (peer, job) => {
      // Counters never repeat, so that a request meant to miss does miss.
      counter += 10_000_000;
      const durationMs = 'durationMs' in job ? job.durationMs : job.holdMs;
      const gateway = peer.pid === undefined ? [] : [peer.pid];
      const cpu = watchCpu(gateway, [load.pid, upstream.pid]);
      const message = { ...job, target: peer.target, firstCounter: counter };
      const result = await ask(message, durationMs + 60_000);
      const used = cpu();
      const seconds = result['seconds'] ?? Number.NaN;
      return {
        ...result,
        cpuUs: (used.gateway / (result['requests'] ?? 0)) * 1e6,
        cpuShare: used.gateway / seconds,
        foreignCpu: used.foreign / seconds,
      };
    },
    mayRepeat: () => {
      repeats -= 1;
      return repeats >= 0;
    },
    start: async (name, starter = peerStarters[name]) => {
      try {
        const peer = await starter(setting);
        started.add(peer);
        const stop = async (): Promise<void> => {
          started.delete(peer);
          await peer.stop();
        };
        return { ...peer, stop };
      } catch (error) {
        if (!(error instanceof PeerUnavailable)) throw error;
        notes.push(error.message);
        return undefined;
      }
    },
    upstreamOpen: async () => {
      const response = await fetch(`http://127.0.0.1:${upstreamPort}/bench/open`);
      const { open } = (await response.json()) as { open: number };
      return open;
    },
    stop: async () => {
      await Promise.all([...started].map((peer) => peer.stop()));
      await Promise.all([load.stop(), upstream.stop()]);
    },
  };
  for (const name of options.peers) {
    const peer = await bench.start(name);
    if (peer !== undefined) peers.push(peer);
  }
  return bench;
}

/** A load that hangs on one peer must not spoil the next measurement. */
async function restart(load: HelperProcess, pinning: Pinning): Promise<HelperProcess> {
  await load.stop();
  return startHelper('load.ts', pinning.rest);
}

/** CPU seconds from now until the returned function is called. */
function watchCpu(
  gateway: readonly number[],
  own: readonly number[],
): () => { gateway: number; foreign: number } {
  const sum = (pids: readonly number[]): number =>
    pids.reduce((seconds, pid) => seconds + cpuSeconds(pid), 0);
  const read = (): { gateway: number; foreign: number } => {
    const ofGateway = sum(gateway);
    const { user, system } = process.cpuUsage();
    const ours = ofGateway + sum(own) + (user + system) / 1e6;
    return { gateway: ofGateway, foreign: machineCpuSeconds() - ours };
  };
  const before = read();
  return () => {
    const after = read();
    return {
      gateway: gateway.length === 0 ? Number.NaN : after.gateway - before.gateway,
      foreign: after.foreign - before.foreign,
    };
  };
}
