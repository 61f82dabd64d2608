// Several cores on one data folder, as windows of an IDE are: one leads, the others follow.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonBody } from '../support/builders.ts';
import { runCore, type RunCoreOptions, type RunningCore } from '../support/run-core.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** The whole count by `RELAYCORE_CHAOS=full`, a few rounds otherwise. */
export const isFull = process.env['RELAYCORE_CHAOS'] === 'full';

export interface CoreGroup {
  readonly dataDir: string;
  /** In order of their start; those that have ended included. */
  readonly cores: readonly RunningCore[];
  start(options?: RunCoreOptions): Promise<RunningCore>;
  close(): Promise<void>;
}

export function createCoreGroup(config: JsonBody): CoreGroup {
  const folder = temporaryFolder('chaos');
  const cores: RunningCore[] = [];
  return {
    dataDir: folder.path,
    cores,
    async start(options = {}) {
      const core = await runCore({ dataDir: folder.path, config, ...options });
      cores.push(core);
      return core;
    },
    async close() {
      await Promise.all(cores.map((core) => core.kill9()));
      folder.remove();
    },
  };
}

/** Resolves when the core has its workers ready, so that it can take over at once. */
export async function untilStandby(core: RunningCore): Promise<void> {
  await until('a standby', () => core.stderr().includes('ready to take over'), 15_000);
}

/** Milliseconds until a new connection to the core is answered again. */
export async function untilServed(url: string): Promise<number> {
  const startedAt = performance.now();
  while (!(await isServed(url))) await sleep(2);
  return performance.now() - startedAt;
}

function isServed(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request(new URL('/health', url), { agent: false, timeout: 1000 });
    outgoing.once('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode === 200);
    });
    outgoing.once('timeout', () => outgoing.destroy());
    outgoing.once('error', () => resolve(false));
    outgoing.end();
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return Number.NaN;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

export function summary(values: readonly number[]): string {
  const rounded = values.map((value) => Math.round(value));
  return `median ${Math.round(median(values))} ms of ${values.length} (${Math.min(...rounded)} to ${Math.max(...rounded)})`;
}
