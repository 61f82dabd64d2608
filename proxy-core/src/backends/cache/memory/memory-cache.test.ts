import assert from 'node:assert/strict';
import type { CachedAnswer } from '../../../domain/cached-answer.ts';
import { createMemoryCache } from './memory-cache.ts';

function anAnswer(key: string, body: Buffer): CachedAnswer {
  return {
    key,
    form: 'json',
    contentType: 'application/json',
    body,
    provider: 'p',
    model: 'm',
    workspace: null,
    usage: null,
    costNanoUsd: null,
    hasUsageChunk: false,
    createdAt: 0,
    expiresAt: 10,
  };
}

describe('the memory cache', () => {
  it('keeps a small body without the slab that it was cut from', () => {
    const cache = createMemoryCache({ now: () => 1 }, { maxBytes: 100_000 });
    const slab = Buffer.alloc(65_536, 'x');
    cache.put(anAnswer('a', slab.subarray(100, 120)));
    assert.equal(cache.get('a')?.body.buffer.byteLength, 20);
  });

  it('keeps a body that stands alone as it is', () => {
    const cache = createMemoryCache({ now: () => 1 }, { maxBytes: 100_000 });
    const body = Buffer.allocUnsafeSlow(100);
    cache.put(anAnswer('a', body));
    assert.equal(cache.get('a')?.body, body);
  });

  it('lets the least recently used go when its bound is lowered, and takes nothing at 0', async () => {
    const cache = createMemoryCache({ now: () => 1 }, { maxBytes: 100_000 });
    for (const key of ['a', 'b', 'c']) cache.put(anAnswer(key, Buffer.alloc(1000)));
    cache.get('a');
    cache.setMaxBytes(2 * 2024 + 100);
    assert.deepEqual(
      ['a', 'b', 'c'].filter((key) => cache.get(key) !== null),
      ['a', 'c'],
    );
    cache.setMaxBytes(0);
    cache.put(anAnswer('d', Buffer.alloc(10)));
    assert.deepEqual(await cache.stats(), { entries: 0, bytes: 0, maxBytes: 0 });
  });

  it('does not count what has expired', async () => {
    let now = 1;
    const cache = createMemoryCache({ now: () => now }, { maxBytes: 100_000 });
    cache.put(anAnswer('a', Buffer.alloc(10)));
    now = 10;
    assert.equal((await cache.stats()).entries, 0);
    assert.equal(await cache.clear({}), 0);
  });
});
