import type { CacheStore } from '../../domain/cache-store.ts';
import type { CachedAnswer } from '../../domain/cached-answer.ts';

/** A cache where its entries are, as the store worker keeps it. */
export interface StoreCache extends CacheStore {
  /** `put` of several in one go, which costs a third of one after the other. */
  putAll(answers: readonly CachedAnswer[]): void;
  /** A new bound; what is over it goes, least recently used first. */
  setMaxBytes(maxBytes: number): void;
  /** Encrypts from now on, and decrypts beside the secret that the cache was opened with; null: none. */
  useSecret(secret: Uint8Array | null): void;
  /** `fingerprintOf` every key that can be had. */
  fingerprints(): Float64Array;
  health(): CacheHealth;
}

export interface CacheHealth {
  /** `degraded`: the disk takes no entries at present. `memory`: there is no disk cache. */
  readonly state: 'ok' | 'degraded' | 'memory';
  /** Sentences for people. */
  readonly notices: readonly string[];
}
