import type { CachedAnswer, CacheFilter, CacheStats } from './cached-answer.ts';

/**
 * Where answers are kept. `get` may answer at once (memory) or later (disk); a store never throws
 * for a fault of its medium: it answers null, drops the write and logs.
 */
export interface CacheStore {
  get(key: string): CachedAnswer | null | Promise<CachedAnswer | null>;
  put(answer: CachedAnswer): void;
  /** Returns how many entries went. */
  clear(filter: CacheFilter): Promise<number>;
  stats(): Promise<CacheStats>;
  close(): Promise<void>;
}
