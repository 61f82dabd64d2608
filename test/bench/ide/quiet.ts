// What other processes of the machine do meanwhile: they hold up the measured threads as if RelayCore did.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, machineCpuSeconds } from '../process-statistics.ts';
import { nowMs } from '../statistics.ts';

const lookMs = 1_000;
/** CPUs that others may use while something is measured: editors, a desktop. */
const tolerated = 0.3;

/**
 * CPUs (1 = a whole one) that processes which are none of this one's children used from now until the
 * returned function is called. Right as long as none of the children ends meanwhile.
 */
export function watchOthers(): () => number {
  const startedAt = nowMs();
  const read = (): number => machineCpuSeconds() - cpuSeconds(process.pid);
  const before = read();
  return () => Math.max(0, read() - before) / ((nowMs() - startedAt) / 1000);
}

export interface Quiet {
  /** Resolves when the machine is quiet, or when the whole run has waited for that long enough. */
  wait(): Promise<void>;
}

/** NaN where there is no /proc: then nobody waits. */
export function createQuiet(limitMs: number): Quiet {
  let leftMs = limitMs;
  return {
    async wait() {
      while (leftMs > 0) {
        const used = watchOthers();
        await sleep(lookMs);
        if (!(used() > tolerated)) return;
        leftMs -= lookMs;
      }
    },
  };
}

export function loadAverage(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(2);
}
