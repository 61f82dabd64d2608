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

export interface StoreLink {
  readonly ledger: ReturnType<typeof ledgerBackends.remote>;
  readonly cache: CacheStore;
  attach(port: MessagePort): void;
  detach(): void;
  /** Takes over the bounds of the current settings. */
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
}

const healthIntervalMs = 1000;

export function createStoreLink({ clock, logger, settings }: StoreLinkDependencies): StoreLink {
  const ledger = ledgerBackends.remote({ clock, logger });
  const disk = cacheBackends.remote({ clock, logger });
  const memory = cacheBackends.memory(
    { now: () => clock.now() },
    { maxBytes: megabytes(settings.current().cache.maxMemoryMb) },
  );
  let client: RpcClient<StoreCalls> | null = null;
  let health: StoreHealth | null = null;
  const readHealth = (): void => {
    client?.calls.health().then(
      (latest) => {
        health = latest;
      },
      () => {
        health = null;
      },
    );
  };
  const configure = (): void => {
    memory.setMaxBytes(megabytes(settings.current().cache.maxMemoryMb));
    client?.calls
      .configure(storeSettings(settings))
      .catch((error: unknown) => logger.warn({ error }, 'the store did not take its settings'));
  };
  const detach = (): void => {
    client?.close();
    client = null;
    health = null;
    ledger.detach();
    disk.detach();
  };
  const stopWatching = clock.every(healthIntervalMs, readHealth);
  const cache = cacheBackends.tiered(memory, disk);
  return {
    ledger,
    cache,
    attach(port) {
      detach();
      client = createRpcClient<StoreCalls>(port, { createError: toRelayError });
      ledger.attach(client.calls);
      disk.attach(client.calls);
      configure();
      readHealth();
    },
    detach,
    configure,
    cacheSizes: async () => ({ memory: await memory.stats(), disk: await disk.stats() }),
    notices: () => health?.notices ?? (client === null ? [storeIsAway] : []),
    async close() {
      stopWatching();
      await ledger
        .close()
        .catch((error: unknown) => logger.error({ error }, 'ledger rows were lost at the end'));
      await cache.close();
      detach();
    },
  };
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
