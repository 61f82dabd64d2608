import assert from 'node:assert/strict';
import type { CacheStore } from '../../../domain/cache-store.ts';
import type { CachedAnswer } from '../../../domain/cached-answer.ts';
import { createMemoryCache } from '../memory/memory-cache.ts';
import { createTieredCache } from './tiered-cache.ts';

const answer: CachedAnswer = {
  key: 'a'.repeat(64),
  form: 'json',
  contentType: 'application/json',
  body: Buffer.from('body'),
  provider: 'p',
  model: 'm',
  workspace: null,
  usage: null,
  costNanoUsd: null,
  hasUsageChunk: false,
  createdAt: 0,
  expiresAt: 10,
};

function memory(): CacheStore {
  return createMemoryCache({ now: () => 1 }, { maxBytes: 100_000 });
}

/** A store that answers when told to. */
function slowStore(): { store: CacheStore; asked: () => number; release: () => void } {
  const inner = memory();
  let asked = 0;
  let release = (): void => {};
  const store: CacheStore = {
    ...inner,
    get: (key) => {
      asked += 1;
      return new Promise((resolve) => {
        release = () => resolve(inner.get(key));
      });
    },
  };
  return { store, asked: () => asked, release: () => release() };
}

describe('a tiered cache', () => {
  it('answers at once from memory, without asking the disk', () => {
    const disk = slowStore();
    const cache = createTieredCache(memory(), disk.store);
    cache.put(answer);
    assert.deepEqual(cache.get(answer.key), answer);
    assert.equal(disk.asked(), 0);
  });

  it('answers null at once where the disk does', () => {
    assert.equal(createTieredCache(memory(), memory()).get(answer.key), null);
  });

  it('moves up what it finds on disk', async () => {
    const disk = slowStore();
    disk.store.put(answer);
    const cache = createTieredCache(memory(), disk.store);
    const found = cache.get(answer.key);
    disk.release();
    assert.deepEqual(await found, answer);
    assert.deepEqual(cache.get(answer.key), answer);
    assert.equal(disk.asked(), 1);
  });

  it('does not bring back what was read just before a clear', async () => {
    const disk = slowStore();
    disk.store.put(answer);
    const cache = createTieredCache(memory(), disk.store);
    const found = cache.get(answer.key);
    disk.release();
    await cache.clear({});
    assert.deepEqual(await found, answer);
    const again = cache.get(answer.key);
    disk.release();
    assert.equal(await again, null);
  });
});
