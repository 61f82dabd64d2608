// Where answers can be kept.
import { createMemoryCache } from './memory/memory-cache.ts';
import { createRemoteCache } from './remote/remote-cache.ts';
import { createSqliteCache } from './sqlite/sqlite-cache.ts';
import { createTieredCache } from './tiered/tiered-cache.ts';

export const cacheBackends = {
  /** In this thread, found at once. */
  memory: createMemoryCache,
  /** In the store worker, asked over a message port. */
  remote: createRemoteCache,
  /** In a file of this machine, encrypted. */
  sqlite: createSqliteCache,
  /** One behind the other. */
  tiered: createTieredCache,
} as const;
