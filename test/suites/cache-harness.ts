// Every cache back end behind one interface, so that one suite holds for all.

import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { cacheBackends } from '../../proxy-core/src/backends/cache/registry.ts';
import type { CacheStoreCalls } from '../../proxy-core/src/backends/cache/remote/remote-cache.ts';
import type { StoreCache } from '../../proxy-core/src/backends/cache/store-cache.ts';
import type { CacheStore } from '../../proxy-core/src/domain/cache-store.ts';
import type { Clock } from '../../proxy-core/src/platform/clock/clock.ts';
import { createRpcClient } from '../../proxy-core/src/platform/message-rpc/rpc-client.ts';
import { serveRpc } from '../../proxy-core/src/platform/message-rpc/rpc-server.ts';
import { loadSqlite } from '../../proxy-core/src/platform/sqlite/load-sqlite.ts';
import { createRecordingLogger } from '../support/recording-logger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export type CacheBackend = keyof typeof cacheBackends;

export interface CacheCase {
  readonly clock: Clock;
  readonly maxBytes: number;
}

/** Missing a back end here is a type error. */
const creators: Record<CacheBackend, (given: CacheCase) => CacheStore> = {
  memory: ({ clock, maxBytes }) => cacheBackends.memory({ now: () => clock.now() }, { maxBytes }),
  sqlite: createSqlite,
  remote: createRemote,
  tiered: (given) => cacheBackends.tiered(creators.memory(given), createRemote(given)),
};

export const cacheBackendNames: CacheBackend[] = Object.keys(cacheBackends) as CacheBackend[];

export function createCache(backend: CacheBackend, given: CacheCase): CacheStore {
  return creators[backend](given);
}

function createSqlite({ clock, maxBytes }: CacheCase): StoreCache {
  const folder = temporaryFolder('cache');
  const sqlite = loadSqlite();
  assert.ok(sqlite !== null);
  const cache = cacheBackends.sqlite(
    { sqlite, clock, logger: createRecordingLogger() },
    { dataDir: folder.path, secret: Buffer.alloc(32, 1), maxBytes },
  );
  return {
    get: (key) => cache.get(key),
    put: (answer) => cache.put(answer),
    putAll: (answers) => cache.putAll(answers),
    clear: (filter) => cache.clear(filter),
    stats: () => cache.stats(),
    setMaxBytes: (bytes) => cache.setMaxBytes(bytes),
    useSecret: (secret) => cache.useSecret(secret),
    fingerprints: () => cache.fingerprints(),
    health: () => cache.health(),
    close: async () => {
      await cache.close();
      folder.remove();
    },
  };
}

/** The relay's side, a real port, and SQLite behind it. */
function createRemote(given: CacheCase): CacheStore {
  const store = createSqlite(given);
  const { port1, port2 } = new MessageChannel();
  serveRpc<CacheStoreCalls>(port1, {
    cacheGet: (key) => Promise.resolve(store.get(key)),
    cachePutAll: (answers) => Promise.resolve(store.putAll(answers)),
    cacheClear: (filter) => store.clear(filter),
    cacheStats: () => store.stats(),
    cacheFingerprints: () => Promise.resolve(store.fingerprints()),
  });
  const client = createRpcClient<CacheStoreCalls>(port2);
  const remote = cacheBackends.remote({ clock: given.clock, logger: createRecordingLogger() });
  remote.attach(client.calls);
  return {
    get: (key) => remote.get(key),
    put: (answer) => remote.put(answer),
    clear: (filter) => remote.clear(filter),
    stats: () => remote.stats(),
    close: async () => {
      await remote.close();
      client.close();
      await store.close();
    },
  };
}
