// The relay's ties to the store worker: ledger and disk cache over one message port, which may be
// replaced when either worker was restarted. Requests never wait for it.
import type { MessagePort } from 'node:worker_threads';
import { cacheBackends } from '../../backends/cache/registry.ts';
import { ledgerBackends } from '../../backends/ledger/registry.ts';
import type { CacheStore } from '../../domain/cache-store.ts';
import type { CacheStats } from '../../domain/cached-answer.ts';
import { errorCatalogue, type ErrorCode } from '../../contract/error-codes.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Logger } from '../../platform/logger/logger.ts';
import { createRpcClient, type RpcClient } from '../../platform/message-rpc/rpc-client.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import type { StoreCalls, StoreHealth } from '../protocol.ts';
import { megabytes } from './megabytes.ts';
import type { OfferedSecrets } from './offered-secrets.ts';

export interface StoreLink {
  readonly ledger: ReturnType<typeof ledgerBackends.remote>;
  readonly cache: CacheStore;
  attach(port: MessagePort): void;
  detach(): void;
  /** Takes over the bounds of the current settings, and the key of the disk cache. */
  configure(): void;
  cacheSizes(): Promise<{ readonly memory: CacheStats; readonly disk: CacheStats }>;
  /** What is wrong with the store's media, in sentences for people. */
  notices(): readonly string[];
  /** Hands over what is left, then lets go of the port. */
  close(): Promise<void>;
}

export interface StoreLinkDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: SettingsStore;
  readonly secrets: Pick<OfferedSecrets, 'cacheSecret'>;
}

const healthIntervalMs = 1000;

export function createStoreLink(dependencies: StoreLinkDependencies): StoreLink {
  return new StoreConnection(dependencies);
}

class StoreConnection implements StoreLink {
  readonly ledger: ReturnType<typeof ledgerBackends.remote>;
  readonly cache: CacheStore;
  readonly #settings: SettingsStore;
  readonly #secrets: Pick<OfferedSecrets, 'cacheSecret'>;
  readonly #logger: Logger;
  readonly #memory: ReturnType<typeof cacheBackends.memory>;
  readonly #disk: ReturnType<typeof cacheBackends.remote>;
  readonly #stopWatching: () => void;
  #client: RpcClient<StoreCalls> | null = null;
  #health: StoreHealth | null = null;
  /** What the attached store was told last. */
  #cacheSecret: Uint8Array | null = null;

  constructor({ clock, logger, settings, secrets }: StoreLinkDependencies) {
    this.#settings = settings;
    this.#secrets = secrets;
    this.#logger = logger;
    this.ledger = ledgerBackends.remote({ clock, logger });
    this.#disk = cacheBackends.remote({ clock, logger });
    this.#memory = cacheBackends.memory(
      { now: () => clock.now() },
      { maxBytes: megabytes(settings.current().cache.maxMemoryMb) },
    );
    this.cache = cacheBackends.tiered(this.#memory, this.#disk);
    this.#stopWatching = clock.every(healthIntervalMs, () => this.#readHealth());
  }

  attach(port: MessagePort): void {
    this.detach();
    this.#client = createRpcClient<StoreCalls>(port, { createError: toRelayError });
    this.#cacheSecret = null;
    this.ledger.attach(this.#client.calls);
    this.#disk.attach(this.#client.calls);
    this.configure();
    this.#readHealth();
  }

  detach(): void {
    this.#client?.close();
    this.#client = null;
    this.#health = null;
    this.ledger.detach();
    this.#disk.detach();
  }

  configure(): void {
    this.#memory.setMaxBytes(megabytes(this.#settings.current().cache.maxMemoryMb));
    this.#client?.calls
      .configure(storeSettings(this.#settings))
      .catch((error: unknown) =>
        this.#logger.warn({ error }, 'the store did not take its settings'),
      );
    this.#useCacheSecret();
  }

  async cacheSizes(): Promise<{ readonly memory: CacheStats; readonly disk: CacheStats }> {
    return { memory: await this.#memory.stats(), disk: await this.#disk.stats() };
  }

  notices(): readonly string[] {
    return this.#health?.notices ?? (this.#client === null ? [storeIsAway] : []);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    await this.ledger
      .close()
      .catch((error: unknown) => this.#logger.error({ error }, 'ledger rows were lost at the end'));
    await this.cache.close();
    this.detach();
  }

  #useCacheSecret(): void {
    const secret = this.#secrets.cacheSecret();
    if (this.#client === null || isSameSecret(secret, this.#cacheSecret)) return;
    this.#cacheSecret = secret;
    const { calls } = this.#client;
    calls
      .useCacheSecret(secret)
      .catch((error: unknown) => this.#logger.warn({ error }, 'the store did not take the key'));
    // Under another key other entries can be read: what is known of them is asked for anew.
    this.#disk.attach(calls);
  }

  #readHealth(): void {
    this.#client?.calls.health().then(
      (latest) => {
        this.#health = latest;
      },
      () => {
        this.#health = null;
      },
    );
  }
}

function isSameSecret(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return Buffer.compare(one, other) === 0;
}

const storeIsAway = 'The store is being restarted; requests go on and are recorded afterwards.';

function storeSettings(settings: SettingsStore): Parameters<StoreCalls['configure']>[0] {
  const { cache, ledger, log } = settings.current();
  return {
    maxDiskCacheBytes: megabytes(cache.maxDiskMb),
    retentionDays: ledger.retentionDays === 'forever' ? null : ledger.retentionDays,
    logLevel: log.level,
  };
}

function toRelayError(code: string, message: string): RelayError {
  return new RelayError(isErrorCode(code) ? code : 'storage_failed', message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
