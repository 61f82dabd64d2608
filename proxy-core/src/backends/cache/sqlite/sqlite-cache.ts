// Answers in `cache.db`, encrypted, bounded in bytes. Whatever its medium does, it is only a miss.
import { join } from 'node:path';
import type { CachedAnswer, CacheFilter, CacheStats } from '../../../domain/cached-answer.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';
import { runSteps } from '../../../platform/run-steps.ts';
import { removeOlderAsides } from '../../../platform/sqlite/database-files.ts';
import type { SqliteModule } from '../../../platform/sqlite/load-sqlite.ts';
import {
  RecoveringDatabase,
  type MovedDatabase,
} from '../../../platform/sqlite/recovering-database.ts';
import { classifySqliteError } from '../../../platform/sqlite/sqlite-fault.ts';
import type { CacheHealth, StoreCache } from '../store-cache.ts';
import { CacheAccess, type Removed } from './cache-access.ts';
import { cacheMigrations, cachePragmas } from './cache-schema.ts';
import { createSealRing, type SealRing } from './seal-ring.ts';

const entriesPerStep = 50;
const pagesPerStep = 200;
const maxTouched = 500;
const touchIntervalMs = 10_000;
const probeIntervalMs = 5_000;
const sweepIntervalMs = 3_600_000;
const reportIntervalMs = 60_000;
const keyPatienceMs = 60_000;

const noKeyNotice =
  'Answers are cached in memory only: no IDE has offered the key that encrypts them on disk.';

export interface SqliteCacheDependencies {
  readonly sqlite: SqliteModule;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SqliteCacheOptions {
  /** The file is `<dataDir>/cache.db`. */
  readonly dataDir: string;
  /**
   * What entries are encrypted with; null: with a secret that is offered later, and until then nothing
   * is kept. Entries under a key of another secret cannot be read and count as absent.
   */
  readonly secret: Uint8Array | null;
  /** Of all entries together; the file is a little larger. */
  readonly maxBytes: number;
}

/** Throws `storage_failed` where the cache can never work here; a full disk is no reason. */
export function createSqliteCache(
  dependencies: SqliteCacheDependencies,
  options: SqliteCacheOptions,
): StoreCache {
  const cache = new SqliteCache(dependencies, options);
  cache.open();
  return cache;
}

class SqliteCache implements StoreCache {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #seals: SealRing;
  readonly #database: RecoveringDatabase<CacheAccess>;
  #cancelTimers: readonly (() => void)[] = [];
  /** When entries were last used, by id; written from time to time. */
  #touched = new Map<number, number>();
  readonly #openedTick: number;
  #maxBytes: number;
  #isTidying = false;
  #isClosed = false;
  #moveNotice: string | null = null;
  #trouble: string | null = null;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor({ sqlite, clock, logger }: SqliteCacheDependencies, options: SqliteCacheOptions) {
    this.#path = join(options.dataDir, 'cache.db');
    this.#clock = clock;
    this.#openedTick = clock.tick();
    this.#logger = logger;
    this.#seals = createSealRing(options.secret);
    this.#maxBytes = options.maxBytes;
    this.#database = new RecoveringDatabase(
      { sqlite, now: () => clock.now() },
      {
        path: this.#path,
        migrations: cacheMigrations,
        pragmas: cachePragmas,
        prepare: (database) => new CacheAccess(database),
        onMovedAside: (moved) => this.#reportMove(moved),
      },
    );
  }

  open(): void {
    try {
      const result = this.#database.open();
      if (result.kind === 'newer') throw new Error('it was written by a newer RelayCore');
    } catch (error) {
      if (classifySqliteError(error) !== 'unavailable') throw this.#failure(error);
      this.#reportTrouble(error);
    }
    this.#cancelTimers = [
      this.#clock.every(touchIntervalMs, () => this.#writeTouches()),
      this.#clock.every(probeIntervalMs, () => this.#probe()),
      this.#clock.every(sweepIntervalMs, () => this.#tidyUp()),
    ];
  }

  get(key: string): CachedAnswer | null {
    return this.#attempt((access) => {
      const entry = access.find(key);
      const seal = entry === null ? null : this.#seals.find(entry.keyId);
      if (entry === null || seal === null) return null;
      if (entry.plain.expiresAt <= this.#clock.now()) return null;
      const answer = seal.open(entry.plain, entry.sealed);
      if (answer === null) access.remove(entry.id);
      else this.#touch(entry.id);
      return answer;
    }, null);
  }

  put(answer: CachedAnswer): void {
    this.putAll([answer]);
  }

  putAll(answers: readonly CachedAnswer[]): void {
    const seal = this.#seals.writing;
    if (seal === null) return;
    // One entry must not push out most of the others.
    const entries = answers
      .map((answer) => ({ answer, sealed: seal.seal(answer) }))
      .filter(({ sealed }) => sealed.length <= this.#maxBytes / 4);
    if (entries.length === 0) return;
    this.#attempt((access) => {
      access.putAll(entries, seal.keyId, this.#clock.now());
      this.#trouble = null;
      if (access.bytes <= this.#maxBytes) return;
      this.#writeTouches();
      // What is left over the bound goes in steps.
      const { entries: evicted } = access.evict(this.#maxBytes, entriesPerStep);
      if (evicted === entriesPerStep) this.#tidyUp();
    }, undefined);
  }

  async clear(filter: CacheFilter): Promise<number> {
    this.#writeTouches();
    try {
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      if (!isFiltered) return this.#clearAll();
      return await this.#removeInSteps((access) => access.removeMatching(filter, entriesPerStep));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  stats(): Promise<CacheStats> {
    const maxBytes = this.#maxBytes;
    const none: CacheStats = { entries: 0, bytes: 0, maxBytes };
    return Promise.resolve(
      this.#attempt(({ entries, bytes }) => ({ entries, bytes, maxBytes }), none),
    );
  }

  setMaxBytes(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#tidyUp();
  }

  useSecret(secret: Uint8Array | null): void {
    this.#seals.useOffered(secret);
  }

  fingerprints(): Float64Array {
    const now = this.#clock.now();
    return this.#attempt((access) => {
      const parts = this.#seals.all.map(({ keyId }) => access.fingerprints(keyId, now));
      return Float64Array.from(parts.flatMap((part) => [...part]));
    }, new Float64Array());
  }

  health(): CacheHealth {
    const notices = this.#moveNotice === null ? [] : [this.#moveNotice];
    if (this.#seals.writing === null) {
      // An IDE offers it a moment after it has attached; before that there is nothing to tell.
      const isLate = this.#clock.tick() - this.#openedTick > keyPatienceMs;
      return { state: 'memory', notices: isLate ? [...notices, noKeyNotice] : notices };
    }
    if (this.#trouble === null) return { state: 'ok', notices };
    const notice = `The disk cache ${this.#path} cannot be used at present (${this.#trouble}); answers are kept in memory only.`;
    return { state: 'degraded', notices: [...notices, notice] };
  }

  close(): Promise<void> {
    for (const cancel of this.#cancelTimers) cancel();
    this.#writeTouches();
    this.#isClosed = true;
    this.#database.close();
    return Promise.resolve();
  }

  #touch(id: number): void {
    this.#touched.set(id, this.#clock.now());
    if (this.#touched.size >= maxTouched) this.#writeTouches();
  }

  #writeTouches(): void {
    if (this.#touched.size === 0) return;
    const touched = this.#touched;
    this.#touched = new Map();
    this.#attempt((access) => access.touch(touched), undefined);
  }

  /** Else a trouble that has passed would be on record until the next answer is kept. */
  #probe(): void {
    if (this.#trouble === null) return;
    try {
      this.#database.run((access) => access.probe());
      this.#trouble = null;
      this.#logger.info({ path: this.#path }, 'The disk cache can be used again.');
    } catch (error) {
      this.#trouble = messageOf(error);
      // A connection may remember an error that the medium has got over.
      this.#database.release();
    }
  }

  /** Deleting the file is at once, whatever its size, and gives its space back. */
  #clearAll(): number {
    const entries = this.#attempt((access) => access.entries, 0);
    this.#touched.clear();
    this.#database.discard();
    return entries;
  }

  #tidyUp(): void {
    this.#writeTouches();
    if (!this.#isTidying) void this.#tidyUpInSteps();
  }

  async #tidyUpInSteps(): Promise<void> {
    this.#isTidying = true;
    try {
      const now = this.#clock.now();
      await this.#removeInSteps((access) => access.removeExpired(now, entriesPerStep));
      await this.#removeInSteps((access) => access.evict(this.#maxBytes, entriesPerStep));
    } catch (error) {
      if (!this.#isClosed) this.#reportTrouble(error);
    } finally {
      this.#isTidying = false;
    }
  }

  async #removeInSteps(remove: (access: CacheAccess) => Removed): Promise<number> {
    const removed = await this.#steps(removalSteps(this.#database, remove));
    if (removed > 0) await this.#steps(shrinkSteps(this.#database));
    return removed;
  }

  #steps<Result>(steps: Generator<void, Result>): Promise<Result> {
    return runSteps(steps, () => this.#clock.tick());
  }

  /** A cache never fails: where its medium does, there is nothing in it. */
  #attempt<Result>(action: (access: CacheAccess) => Result, otherwise: Result): Result {
    try {
      return this.#database.run(action);
    } catch (error) {
      this.#reportTrouble(error);
      return otherwise;
    }
  }

  #reportTrouble(error: unknown): void {
    this.#trouble = messageOf(error);
    const now = this.#clock.now();
    if (now - this.#reportedAt < reportIntervalMs) return;
    this.#reportedAt = now;
    this.#logger.warn({ error, path: this.#path }, 'The disk cache cannot be used at present.');
  }

  #reportMove({ path, aside, error }: MovedDatabase): void {
    this.#touched.clear();
    this.#logger.warn({ error, path, aside }, 'The disk cache was damaged and moved aside.');
    this.#moveNotice = `The disk cache ${path} was damaged (${messageOf(error)}) and has been moved to ${aside}. A new one was begun.`;
    try {
      // A cache is no document: the last damaged one is enough to look into.
      removeOlderAsides(path, aside);
    } catch (removalError) {
      this.#logger.debug({ error: removalError }, 'Older damaged caches could not be removed.');
    }
  }

  #failure(cause: unknown): RelayError {
    const message = `The disk cache ${this.#path} cannot be used: ${messageOf(cause)}.`;
    return new RelayError('storage_failed', message, { cause });
  }
}

function* removalSteps(
  database: RecoveringDatabase<CacheAccess>,
  remove: (access: CacheAccess) => Removed,
): Generator<void, number> {
  for (let removed = 0; ;) {
    const { entries } = database.run(remove);
    if (entries === 0) return removed;
    removed += entries;
    yield;
  }
}

/** Gives free pages back to the disk. */
function* shrinkSteps(database: RecoveringDatabase<CacheAccess>): Generator<void, void> {
  while (database.run((access) => access.freePages) > 0) {
    database.run((access) => access.shrink(pagesPerStep));
    yield;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
