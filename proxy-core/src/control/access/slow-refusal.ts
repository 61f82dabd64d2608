import { setTimeout as delay } from 'node:timers/promises';
import { RelayError } from '../../domain/relay-error.ts';

/**
 * Makes guessing slow: every refusal waits, and only so many wait at a time. A right token is never
 * held up, so nobody can lock the owner out by sending wrong ones.
 */
export function createSlowRefusal(options: {
  readonly delayMs: number;
  readonly maxWaiting: number;
}): (refusal: RelayError) => Promise<never> {
  let waiting = 0;
  return async (refusal) => {
    if (waiting >= options.maxWaiting) {
      throw new RelayError('rate_limited', 'Too many wrong tokens. Try again in a second.', {
        retryAfterSeconds: 1,
      });
    }
    waiting += 1;
    try {
      await delay(options.delayMs, undefined, { ref: false });
    } finally {
      waiting -= 1;
    }
    throw refusal;
  };
}
