import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryDelays {
  /** Waits for the next attempt; never rejects. */
  next(signal: AbortSignal): Promise<void>;
  /** An attempt succeeded. */
  connected(): void;
  /** Ends the waiting that goes on now. */
  retryNow(): void;
}

/**
 * Quick at first, because another window takes over within half a second; then rarely. In
 * milliseconds, each up to a quarter longer, so that windows do not come all at once.
 */
const delaysMs = [20, 30, 50, 100, 100, 200, 200, 300, 300, 500, 500, 500, 500, 1000, 1000, 2000];
/** A connection that ends sooner counts as a failed attempt. */
const stableMs = 2000;

export function createRetryDelays(): RetryDelays {
  let attempt = 0;
  let connectedAt: number | null = null;
  let waiting: AbortController | null = null;
  return {
    async next(signal) {
      if (connectedAt !== null && performance.now() - connectedAt >= stableMs) attempt = 0;
      connectedAt = null;
      const base = delaysMs[Math.min(attempt, delaysMs.length - 1)] ?? 0;
      attempt += 1;
      waiting = new AbortController();
      const stop = AbortSignal.any([signal, waiting.signal]);
      // An attempt that nobody waits for must not keep the process from ending.
      const options = { signal: stop, ref: false };
      await sleep(base * (1 + Math.random() / 4), undefined, options).catch(() => undefined);
      waiting = null;
    },
    connected() {
      connectedAt = performance.now();
    },
    retryNow() {
      waiting?.abort();
    },
  };
}
