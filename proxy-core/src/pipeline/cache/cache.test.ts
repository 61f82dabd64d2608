import assert from 'node:assert/strict';
import type { CacheStore } from '../../domain/cache-store.ts';
import { aRequest, aRoute, SinkSpy } from '../testing/builders.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createCache, type CacheStage } from './cache.ts';

/** A store that has nothing, and says so when it is told to. */
function createSlowStore(): { store: CacheStore; answer(): void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  const store: CacheStore = {
    get: () => promise,
    put() {},
    clear: () => Promise.resolve(0),
    stats: () => Promise.resolve({ entries: 0, bytes: 0, maxBytes: 0 }),
    close: () => Promise.resolve(),
  };
  return { store, answer: () => resolve(null) };
}

function cacheOver(store: CacheStore): CacheStage {
  return createCache({
    store,
    clock: new ManualClock(),
    hashKey: Buffer.alloc(32),
    settings: () => ({
      isEnabled: true,
      mode: 'deterministic',
      ttlSeconds: 60,
      maxEntryBytes: 1024,
    }),
  });
}

describe('the cache stage', () => {
  it('joins requests whose look-ups in vain end at the same time', async () => {
    const { store, answer } = createSlowStore();
    const cache = cacheOver(store);
    const lookups = [1, 2, 3].map(async () => cache(aRequest(), aRoute()));
    answer();
    const kinds = (await Promise.all(lookups)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['fresh', 'saved', 'saved']);
  });

  it('fetches nothing for a client that left during the look-up', async () => {
    const { store, answer } = createSlowStore();
    const looking = cacheOver(store)(aRequest(), aRoute());
    answer();
    const looked = await looking;
    assert.ok(looked.kind === 'fresh');
    const sink = new SinkSpy();
    sink.leave();
    assert.equal(looked.open(sink).sink.hasLeft, true);
  });
});
