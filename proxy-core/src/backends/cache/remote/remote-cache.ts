// The relay's side of the disk cache: knows what is surely not there, and never waits for long.
import type { CacheStore } from '../../../domain/cache-store.ts';
import type { CachedAnswer, CacheFilter, CacheStats } from '../../../domain/cached-answer.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';
import { fingerprintOf } from '../fingerprint.ts';

const dropReportMs = 60_000;

/** What the store does for a cache that lives elsewhere. */
export interface CacheStoreCalls {
  cacheGet(key: string): Promise<CachedAnswer | null>;
  cachePut(answer: CachedAnswer): Promise<void>;
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
  /** Bodies on their way to the store; beyond it entries are dropped. Default: 16 MiB. */
  readonly maxPutBytesInFlight?: number;
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
  readonly #maxBytesInFlight: number;
  #store: CacheStoreCalls | null = null;
  /** Of all keys in the store, and of some that have left it. */
  #known = new Set<number>();
  /** Until the store has told all it has, nothing is a sure miss. */
  #isComplete = false;
  readonly #puts = new Map<number, CachedAnswer>();
  #bytesInFlight = 0;
  #droppedPuts = 0;
  #dropReportedAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, logger }: RemoteCacheDependencies, options: RemoteCacheOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.#lookupTimeoutMs = options.lookupTimeoutMs ?? 100;
    this.#maxBytesInFlight = options.maxPutBytesInFlight ?? 16 * 1024 * 1024;
  }

  get(key: string): null | Promise<CachedAnswer | null> {
    const store = this.#store;
    if (store === null) return null;
    if (this.#isComplete && !this.#known.has(fingerprintOf(key))) return null;
    return this.#ask(store, key);
  }

  put(answer: CachedAnswer): void {
    if (this.#store === null) return;
    if (this.#bytesInFlight + answer.body.length > this.#maxBytesInFlight) this.#reportDrop();
    else void this.#send(this.#store, answer);
  }

  async clear(filter: CacheFilter): Promise<number> {
    if (this.#store !== null) return await this.#store.cacheClear(filter);
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
    this.#store = store;
    this.#known = new Set();
    this.#isComplete = false;
    void this.#learnKeys(store);
  }

  detach(): void {
    this.#store = null;
  }

  close(): Promise<void> {
    this.detach();
    return Promise.resolve();
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
      const fingerprint = fingerprintOf(key);
      // The store has it no longer; unless it was put there again after the question was asked.
      if (answer === null && !this.#puts.has(fingerprint)) this.#known.delete(fingerprint);
      return answer;
    } catch {
      return null;
    }
  }

  async #send(store: CacheStoreCalls, answer: CachedAnswer): Promise<void> {
    const fingerprint = fingerprintOf(answer.key);
    this.#known.add(fingerprint);
    this.#puts.set(fingerprint, answer);
    this.#bytesInFlight += answer.body.length;
    try {
      await store.cachePut(answer);
    } catch {
      // The store logs its own troubles; one that has gone took the entry with it.
    } finally {
      this.#bytesInFlight -= answer.body.length;
      if (this.#puts.get(fingerprint) === answer) this.#puts.delete(fingerprint);
    }
  }

  #reportDrop(): void {
    this.#droppedPuts += 1;
    const now = this.#clock.now();
    if (now - this.#dropReportedAt < dropReportMs) return;
    this.#dropReportedAt = now;
    const fields = { droppedEntries: this.#droppedPuts };
    this.#logger.warn(fields, 'Answers are not kept on disk: the disk cache is too slow for them.');
  }
}

const noStats: CacheStats = { entries: 0, bytes: 0, maxBytes: 0 };
