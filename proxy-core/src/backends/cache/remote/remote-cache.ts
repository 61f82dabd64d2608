// The relay's side of the disk cache: knows what is surely not there, and never waits for long.
import type { CacheStore } from '../../../domain/cache-store.ts';
import type { CachedAnswer, CacheFilter, CacheStats } from '../../../domain/cached-answer.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { OutgoingAnswers } from './outgoing-answers.ts';

/** What the store does for a cache that lives elsewhere. */
export interface CacheStoreCalls {
  cacheGet(key: string): Promise<CachedAnswer | null>;
  cachePutAll(answers: readonly CachedAnswer[]): Promise<void>;
  cacheClear(filter: CacheFilter): Promise<number>;
  cacheStats(): Promise<CacheStats>;
  cacheFingerprints(): Promise<Float64Array>;
}

export interface RemoteCacheDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RemoteCacheOptions {
  /** A look-up that takes longer is a miss: the store may be busy. Default: 100. */
  readonly lookupTimeoutMs?: number;
  /** How often answers are handed over, together. Default: 250. */
  readonly putIntervalMs?: number;
  /** As many each time at most, so that a rush of answers does not slow requests. Default: 100. */
  readonly maxBatchAnswers?: number;
  /** Bodies on their way to the store; beyond it answers are not kept. Default: 16 MiB. */
  readonly maxOutgoingBytes?: number;
}

export interface RemoteCache extends CacheStore {
  /** Begins with a store, or goes over to a restarted one. */
  attach(store: CacheStoreCalls): void;
  /** The store is gone: everything is a miss until the next one. */
  detach(): void;
}

export function createRemoteCache(
  dependencies: RemoteCacheDependencies,
  options: RemoteCacheOptions = {},
): RemoteCache {
  return new RelayCache(dependencies, options);
}

class RelayCache implements RemoteCache {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #lookupTimeoutMs: number;
  readonly #outgoing: OutgoingAnswers;
  #store: CacheStoreCalls | null = null;
  /** Of all keys in the store, and of some that have left it. */
  #known = new Set<number>();
  /** Until the store has told all it has, nothing is a sure miss. */
  #isComplete = false;

  constructor(dependencies: RemoteCacheDependencies, options: RemoteCacheOptions) {
    this.#clock = dependencies.clock;
    this.#logger = dependencies.logger;
    this.#lookupTimeoutMs = options.lookupTimeoutMs ?? 100;
    this.#outgoing = new OutgoingAnswers(dependencies, {
      intervalMs: options.putIntervalMs ?? 250,
      maxBatchAnswers: options.maxBatchAnswers ?? 100,
      maxBytes: options.maxOutgoingBytes ?? 16 * 1024 * 1024,
    });
  }

  get(key: string): CachedAnswer | null | Promise<CachedAnswer | null> {
    const store = this.#store;
    if (store === null) return null;
    const outgoing = this.#outgoing.find(key);
    if (outgoing !== null) return outgoing.expiresAt > this.#clock.now() ? outgoing : null;
    if (this.#isComplete && !this.#known.has(fingerprintOf(key))) return null;
    return this.#ask(store, key);
  }

  put(answer: CachedAnswer): void {
    if (this.#store === null || !this.#outgoing.add(answer)) return;
    this.#known.add(fingerprintOf(answer.key));
  }

  async clear(filter: CacheFilter): Promise<number> {
    const waiting = this.#outgoing.clear(filter);
    if (this.#store !== null) return waiting + (await this.#store.cacheClear(filter));
    // Silence would leave the user believing that the entries are gone.
    throw new RelayError('storage_failed', 'The disk cache is being restarted. Clear it again.');
  }

  async stats(): Promise<CacheStats> {
    try {
      return (await this.#store?.cacheStats()) ?? noStats;
    } catch {
      return noStats;
    }
  }

  attach(store: CacheStoreCalls): void {
    this.detach();
    this.#store = store;
    this.#outgoing.sendTo((answers) => store.cachePutAll(answers));
    this.#known = new Set();
    this.#isComplete = false;
    void this.#learnKeys(store);
  }

  detach(): void {
    this.#store = null;
    this.#outgoing.sendTo(null);
  }

  async close(): Promise<void> {
    await this.#outgoing.flush();
    this.detach();
  }

  async #learnKeys(store: CacheStoreCalls): Promise<void> {
    try {
      const fingerprints = await store.cacheFingerprints();
      if (this.#store !== store) return;
      for (const fingerprint of fingerprints) this.#known.add(fingerprint);
      this.#isComplete = true;
    } catch (error) {
      this.#logger.debug({ error }, 'The disk cache does not tell its keys; it is asked for each.');
    }
  }

  async #ask(store: CacheStoreCalls, key: string): Promise<CachedAnswer | null> {
    const { promise: tooLate, resolve } = Promise.withResolvers<null>();
    const cancel = this.#clock.every(this.#lookupTimeoutMs, () => resolve(null));
    try {
      return await Promise.race([this.#lookUp(store, key), tooLate]);
    } finally {
      cancel();
    }
  }

  async #lookUp(store: CacheStoreCalls, key: string): Promise<CachedAnswer | null> {
    try {
      const answer = await store.cacheGet(key);
      // The store has it no longer; unless it was put there again after the question was asked.
      const isGone = answer === null && this.#outgoing.find(key) === null;
      if (isGone) this.#known.delete(fingerprintOf(key));
      return answer;
    } catch {
      return null;
    }
  }
}

const noStats: CacheStats = { entries: 0, bytes: 0, maxBytes: 0 };
