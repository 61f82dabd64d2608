// Waits for what a running core does in its own time.

import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks every 25 ms until `look` finds something, and gives that; rejects after `timeoutMs` with `what` did not come.
 * An error in `look` counts as not found, and stands as the cause.
 */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | false | null | undefined> | Found | false | null | undefined,
  timeoutMs = 5_000,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const found = await look();
      if (found !== false && found !== null && found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${timeoutMs} ms`, { cause });
    }
    await delay(25);
  }
}
