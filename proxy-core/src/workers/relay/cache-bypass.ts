// What the user asked for in an IDE: the next request that the cache would answer is fetched anew.
import type { Clock } from '../../platform/clock/clock.ts';

export interface CacheBypass {
  /**
   * For the next request of the workspace, or of anybody where it is null; returns until when, in epoch
   * milliseconds. A wish that still stands is not counted twice.
   */
  wish(workspace: string | null): number;
  /** Whether this request of the workspace is the one; it is then used up. */
  take(workspace: string | null): boolean;
}

/** A wish that is older surprises: whoever made it has gone on to something else. */
const validMs = 10 * 60_000;
/** Workspaces; the oldest wish gives way. */
const maxWishes = 100;

export function createCacheBypass(clock: Pick<Clock, 'now'>): CacheBypass {
  /** By workspace; null: anybody's. Oldest first. */
  const wishes = new Map<string | null, number>();
  const takeOf = (workspace: string | null): boolean => {
    const expiresAt = wishes.get(workspace);
    wishes.delete(workspace);
    return expiresAt !== undefined && expiresAt > clock.now();
  };
  return {
    wish(workspace) {
      const expiresAt = clock.now() + validMs;
      wishes.delete(workspace);
      wishes.set(workspace, expiresAt);
      const [oldest] = wishes.keys();
      if (wishes.size > maxWishes && oldest !== undefined) wishes.delete(oldest);
      return expiresAt;
    },
    take(workspace) {
      if (wishes.size === 0) return false;
      return (workspace !== null && takeOf(workspace)) || takeOf(null);
    },
  };
}
