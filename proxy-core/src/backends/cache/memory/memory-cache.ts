// Answers in this thread's memory: found at once, bounded in bytes, least recently used goes first.
import { LRUCache } from 'lru-cache';
import type { CacheStore } from '../../../domain/cache-store.ts';
import type { CachedAnswer, CacheFilter, CacheStats } from '../../../domain/cached-answer.ts';
import { isMeantBy } from '../cache-filter.ts';
import { standAlone } from '../stand-alone.ts';

/** What an entry takes beside its body: strings, objects, its place in the list. */
const overheadBytes = 1024;

export interface MemoryCacheDependencies {
  readonly now: () => number;
}

export interface MemoryCacheOptions {
  /** Bodies and overhead together; 0 keeps nothing. */
  readonly maxBytes: number;
}

export interface MemoryCache extends CacheStore {
  get(key: string): CachedAnswer | null;
  /** A new bound; what is over it goes, least recently used first. */
  setMaxBytes(maxBytes: number): void;
}

export function createMemoryCache(
  { now }: MemoryCacheDependencies,
  options: MemoryCacheOptions,
): MemoryCache {
  let maxBytes = options.maxBytes;
  let entries = createEntries(maxBytes);
  const purge = (isUnwanted: (answer: CachedAnswer) => boolean): number => {
    const unwanted = [...entries.entries()].filter(([, answer]) => isUnwanted(answer));
    for (const [key] of unwanted) entries.delete(key);
    return unwanted.length;
  };
  return {
    get(key) {
      const answer = entries.get(key);
      if (answer === undefined) return null;
      if (answer.expiresAt > now()) return answer;
      entries.delete(key);
      return null;
    },
    put(answer) {
      if (maxBytes > 0) entries.set(answer.key, standAlone(answer));
    },
    clear: (filter: CacheFilter) => {
      purge((answer) => answer.expiresAt <= now());
      return Promise.resolve(purge((answer) => isMeantBy(filter, answer)));
    },
    stats(): Promise<CacheStats> {
      purge((answer) => answer.expiresAt <= now());
      return Promise.resolve({ entries: entries.size, bytes: entries.calculatedSize, maxBytes });
    },
    setMaxBytes(bytes) {
      if (bytes === maxBytes) return;
      maxBytes = bytes;
      const kept = [...entries.entries()].toReversed();
      entries = createEntries(bytes);
      if (bytes > 0) for (const [key, answer] of kept) entries.set(key, answer);
    },
    close() {
      entries.clear();
      return Promise.resolve();
    },
  };
}

function createEntries(maxBytes: number): LRUCache<string, CachedAnswer> {
  return new LRUCache({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: (answer) => answer.body.length + overheadBytes,
  });
}
