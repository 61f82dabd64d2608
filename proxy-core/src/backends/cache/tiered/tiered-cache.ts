// Memory before disk: what memory has is answered at once, what the disk has moves up.
import type { CacheStore } from '../../../domain/cache-store.ts';
import { standAlone } from '../stand-alone.ts';
import type { CachedAnswer } from '../../../domain/cached-answer.ts';

/** `fast` should answer at once; `slow` may take its time. Closes both. */
export function createTieredCache(fast: CacheStore, slow: CacheStore): CacheStore {
  // What was read before a clear must not come back after it.
  let clears = 0;
  const promote = async (found: Promise<CachedAnswer | null>): Promise<CachedAnswer | null> => {
    const clearsBefore = clears;
    const answer = await found;
    if (answer !== null && clears === clearsBefore) fast.put(answer);
    return answer;
  };
  const getSlow = (key: string): CachedAnswer | null | Promise<CachedAnswer | null> => {
    const found = slow.get(key);
    if (found instanceof Promise) return promote(found);
    if (found !== null) fast.put(found);
    return found;
  };
  return {
    get(key) {
      const found = fast.get(key);
      if (!(found instanceof Promise)) return found ?? getSlow(key);
      return found.then((answer) => answer ?? getSlow(key));
    },
    put(answer) {
      // Both keep the same bytes, copied once.
      const own = standAlone(answer);
      fast.put(own);
      slow.put(own);
    },
    async clear(filter) {
      clears += 1;
      const [inFast, inSlow] = await Promise.all([fast.clear(filter), slow.clear(filter)]);
      return Math.max(inFast, inSlow);
    },
    /** Most entries are in both, so that the larger number is the nearest to the truth. */
    async stats() {
      const [inFast, inSlow] = await Promise.all([fast.stats(), slow.stats()]);
      return {
        entries: Math.max(inFast.entries, inSlow.entries),
        bytes: inFast.bytes + inSlow.bytes,
        maxBytes: inFast.maxBytes + inSlow.maxBytes,
      };
    },
    async close() {
      await Promise.all([fast.close(), slow.close()]);
    },
  };
}
