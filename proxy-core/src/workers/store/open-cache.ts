import { cacheBackends } from '../../backends/cache/registry.ts';
import type { StoreCache } from '../../backends/cache/store-cache.ts';
import type { StoreWorkerData } from '../protocol.ts';
import type { OpenDependencies } from './open-ledger.ts';

/** Until the relay has told the user's bound. */
const initialMaxBytes = 512 * 1024 * 1024;

/** The cache on disk, or, where there can be none, one that is always empty. Never throws. */
export function openCache(
  { sqlite, clock, logger }: OpenDependencies,
  { dataDir, cacheSecret }: StoreWorkerData,
): StoreCache {
  const useNone = (reason: string): StoreCache => {
    const notice = `${reason} Answers are cached in memory only.`;
    logger.warn(notice);
    return createNoCache(notice);
  };
  if (sqlite === null) return useNone('This Node has no SQLite (node:sqlite).');
  try {
    const options = { dataDir, secret: cacheSecret, maxBytes: initialMaxBytes };
    return cacheBackends.sqlite({ sqlite, clock, logger }, options);
  } catch (error) {
    return useNone(error instanceof Error ? error.message : 'The disk cache cannot be opened.');
  }
}

/** The relay keeps answers in its own memory; here there is nothing to keep them in. */
function createNoCache(notice: string): StoreCache {
  return {
    get: () => null,
    put: () => {},
    putAll: () => {},
    clear: () => Promise.resolve(0),
    stats: () => Promise.resolve({ entries: 0, bytes: 0, maxBytes: 0 }),
    setMaxBytes: () => {},
    useSecret: () => {},
    fingerprints: () => new Float64Array(),
    health: () => ({ state: 'memory', notices: [notice] }),
    close: () => Promise.resolve(),
  };
}
