// What the store worker holds: ledger and disk cache, and the calls that the relay makes of them.
import type { CallHandlers } from '../../platform/message-rpc/rpc-message.ts';
import type { StoreCalls, StoreWorkerData } from '../protocol.ts';
import { openCache } from './open-cache.ts';
import { openLedger, type OpenDependencies } from './open-ledger.ts';

const orphanRetryMs = 10_000;

export interface Store {
  /** A query runs in short turns, so that rows and look-ups that come meanwhile are served. */
  readonly calls: CallHandlers<StoreCalls>;
  /** Closes the rows that a relay which is gone has left, now or as soon as the ledger can be written. */
  closeOrphans(startedBefore: number): void;
  /** Writes what waits, if it can, and closes the files. */
  close(): Promise<void>;
}

/** Opens ledger and cache; where they cannot be had on disk, `calls.health()` says so. Never throws. */
export function createStore(dependencies: OpenDependencies, data: StoreWorkerData): Store {
  const { clock, logger } = dependencies;
  const ledger = openLedger(dependencies, data.dataDir);
  const cache = openCache(dependencies, data);
  let cancelRetry = (): void => {};
  const closeOrphansOf = async (time: number): Promise<void> => {
    cancelRetry();
    try {
      const rows = await ledger.closeOrphans(time);
      if (rows > 0) logger.info({ rows }, 'Requests that were cut off are closed as interrupted.');
    } catch (error) {
      logger.warn({ error }, 'Requests that were cut off cannot be closed yet; it is tried again.');
      cancelRetry = clock.every(orphanRetryMs, () => void closeOrphansOf(time));
    }
  };
  return {
    calls: {
      configure({ maxDiskCacheBytes, retentionDays, logLevel }) {
        logger.setLevel(logLevel);
        cache.setMaxBytes(maxDiskCacheBytes);
        ledger.setRetentionDays(retentionDays);
      },
      useCacheSecret: (secret) => cache.useSecret(secret),
      appendRows: (rowsJson) => ledger.appendEncoded(rowsJson),
      usage: (query) => ledger.usage(query),
      requests: (query) => ledger.requests(query),
      cacheGet: (key) => cache.get(key),
      cachePutAll: (answers) => cache.putAll(answers),
      cacheClear: (filter) => cache.clear(filter),
      cacheStats: () => cache.stats(),
      cacheFingerprints: () => cache.fingerprints(),
      health() {
        const [ofLedger, ofCache] = [ledger.health(), cache.health()];
        return {
          ledger: ofLedger.state,
          cache: ofCache.state,
          notices: [...ofLedger.notices, ...ofCache.notices],
        };
      },
    },
    closeOrphans: (startedBefore) => void closeOrphansOf(startedBefore),
    async close() {
      cancelRetry();
      await Promise.all([ledger.close(), cache.close()]);
    },
  };
}
