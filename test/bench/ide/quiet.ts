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
  /**
   * Measures when it is quiet, and once more where others came in between, as long as the run's repeats
   * last. The least disturbed result; `others` are the CPUs that they used.
   */
  measure<Value extends { readonly others: number }>(work: () => Promise<Value>): Promise<Value>;
}

export interface QuietLimits {
  readonly waitMs: number;
  readonly repeats: number;
}

/** Neither waits nor repeats where there is no /proc to tell what others do. */
export function createQuiet(limits: QuietLimits): Quiet {
  let { waitMs: leftMs, repeats } = limits;
  const wait = async (): Promise<void> => {
    while (leftMs > 0) {
      const used = watchOthers();
      await sleep(lookMs);
      if (!(used() > tolerated)) return;
      leftMs -= lookMs;
    }
  };
  return {
    wait,
    async measure(work) {
      await wait();
      let best = await work();
      while (best.others > tolerated && repeats > 0) {
        repeats -= 1;
        await wait();
        const next = await work();
        if (next.others < best.others) best = next;
      }
      return best;
    },
  };
}

export function loadAverage(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(2);
}
