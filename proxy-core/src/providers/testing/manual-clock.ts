import type { ProviderClock } from '../provider-type.ts';

export interface ManualClock extends ProviderClock {
  /** Moves on and calls back whatever falls due on the way, in order. */
  advance(milliseconds: number): void;
  readonly timers: number;
}

interface Timer {
  readonly intervalMs: number;
  readonly callback: () => void;
  dueAt: number;
}

/** Time that moves only when a test says so. */
export function createManualClock(start = Date.UTC(2026, 10, 25, 12)): ManualClock {
  const timers = new Set<Timer>();
  let now = start;
  const nextDue = (limit: number): Timer | undefined =>
    [...timers].filter(({ dueAt }) => dueAt <= limit).toSorted((a, b) => a.dueAt - b.dueAt)[0];
  return {
    now: () => now,
    every(intervalMs, callback) {
      const timer = { intervalMs, callback, dueAt: now + intervalMs };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (let timer = nextDue(end); timer !== undefined; timer = nextDue(end)) {
        now = timer.dueAt;
        timer.dueAt += timer.intervalMs;
        timer.callback();
      }
      now = end;
    },
    get timers() {
      return timers.size;
    },
  };
}
