import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { CacheStore } from '../../proxy-core/src/domain/cache-store.ts';
import type { CacheFilter } from '../../proxy-core/src/domain/cached-answer.ts';
import { aCachedAnswer, aCacheKey } from '../support/cached-answers.ts';
import { noon } from '../support/ledger-rows.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { cacheBackendNames, createCache } from './cache-harness.ts';

const maxBytes = 200_000;
const hour = 3_600_000;

for (const backend of cacheBackendNames) {
  describe(`the ${backend} cache`, () => {
    let clock: ManualClock;
    let cache: CacheStore;

    beforeEach(() => {
      clock = createManualClock(noon);
      cache = createCache(backend, { clock, maxBytes });
    });

    afterEach(() => cache.close());

    const has = async (name: string): Promise<boolean> =>
      (await cache.get(aCacheKey(name))) !== null;
    /** Lets what is on its way to a slower medium arrive there. */
    const settle = async (): Promise<void> => {
      clock.advance(1000);
      await cache.stats();
    };
    const present = async (names: readonly string[]): Promise<string[]> => {
      const found: string[] = [];
      for (const name of names) if (await has(name)) found.push(name);
      return found;
    };

    it('answers null for what it has not', async () => {
      assert.equal(await cache.get(aCacheKey('missing')), null);
    });

    it('gives back an answer as it was put, bytes and all', async () => {
      const body = randomBytes(20_000);
      const answer = aCachedAnswer('a', {
        form: 'stream',
        contentType: 'text/event-stream; charset=utf-8',
        body,
        workspace: null,
        hasUsageChunk: true,
      });
      cache.put(answer);
      await settle();
      const found = await cache.get(answer.key);
      assert.deepEqual(found, { ...answer, body });
      assert.ok(Buffer.isBuffer(found?.body));
    });

    it('keeps unknown usage and cost unknown, and an empty body empty', async () => {
      const answer = aCachedAnswer('a', {
        usage: null,
        costNanoUsd: null,
        body: Buffer.alloc(0),
        model: 'modèle "x"',
      });
      cache.put(answer);
      assert.deepEqual(await cache.get(answer.key), answer);
    });

    it('is not changed when the owner of a slab writes over it', async () => {
      const slab = Buffer.from('....the body....');
      cache.put(aCachedAnswer('a', { body: slab.subarray(4, 12) }));
      slab.fill('x');
      assert.equal((await cache.get(aCacheKey('a')))?.body.toString(), 'the body');
    });

    it('replaces what has the same key', async () => {
      cache.put(aCachedAnswer('a', { body: Buffer.from('old') }));
      cache.put(aCachedAnswer('a', { body: Buffer.from('new') }));
      assert.equal((await cache.get(aCacheKey('a')))?.body.toString(), 'new');
      await settle();
      assert.equal((await cache.get(aCacheKey('a')))?.body.toString(), 'new');
      assert.equal((await cache.stats()).entries, 1);
    });

    it('forgets an answer at the moment it expires', async () => {
      cache.put(aCachedAnswer('a', { expiresAt: noon + 1000 }));
      clock.advance(999);
      assert.equal(await has('a'), true);
      clock.advance(1);
      assert.equal(await has('a'), false);
    });

    it('clears everything', async () => {
      cache.put(aCachedAnswer('a'));
      cache.put(aCachedAnswer('b', { workspace: null }));
      assert.equal(await cache.clear({}), 2);
      assert.deepEqual(await present(['a', 'b']), []);
      assert.equal((await cache.stats()).entries, 0);
      cache.put(aCachedAnswer('c'));
      assert.deepEqual(await present(['a', 'b', 'c']), ['c']);
    });

    const filters: { filter: CacheFilter; left: string[] }[] = [
      { filter: { workspace: 'w2' }, left: ['one', 'three'] },
      { filter: { model: 'm2' }, left: ['one'] },
      { filter: { provider: 'p2' }, left: ['one', 'two'] },
      { filter: { createdBefore: noon + 2 }, left: ['three'] },
      { filter: { model: 'm2', provider: 'p2' }, left: ['one', 'two'] },
      { filter: { workspace: 'absent' }, left: ['one', 'two', 'three'] },
    ];
    for (const { filter, left } of filters) {
      it(`clears ${JSON.stringify(filter)} and leaves the rest`, async () => {
        const names = ['one', 'two', 'three'];
        cache.put(aCachedAnswer('one', { createdAt: noon }));
        cache.put(aCachedAnswer('two', { createdAt: noon + 1, workspace: 'w2', model: 'm2' }));
        await settle();
        cache.put(aCachedAnswer('three', { createdAt: noon + 2, model: 'm2', provider: 'p2' }));
        assert.equal(await cache.clear(filter), names.length - left.length);
        assert.deepEqual(await present(names), left);
      });
    }

    it('clears hundreds of entries of one workspace', async () => {
      for (let index = 0; index < 130; index++) cache.put(aCachedAnswer(`${index}`));
      cache.put(aCachedAnswer('other', { workspace: 'w2' }));
      await settle();
      assert.equal(await cache.clear({ workspace: 'w1' }), 130);
      assert.equal((await cache.stats()).entries, 1);
    });

    it('counts entries and bytes', async () => {
      const empty = await cache.stats();
      assert.deepEqual([empty.entries, empty.bytes], [0, 0]);
      cache.put(aCachedAnswer('a', { body: randomBytes(1000) }));
      cache.put(aCachedAnswer('b', { body: randomBytes(1000) }));
      await settle();
      const stats = await cache.stats();
      assert.equal(stats.entries, 2);
      assert.ok(stats.bytes > 2000 && stats.bytes < 10_000, `${stats.bytes} bytes`);
      assert.ok(stats.maxBytes >= maxBytes);
    });

    it('stays within its bytes, and lets go what was longest unused', async () => {
      const names = Array.from({ length: 40 }, (_, index) => `${index}`);
      for (const name of names) {
        cache.put(aCachedAnswer(name, { body: randomBytes(10_000), expiresAt: noon + hour * 24 }));
        await settle();
        // Asked for again and again, so that it never is the one longest unused.
        await has('0');
      }
      const stats = await cache.stats();
      assert.ok(stats.bytes <= stats.maxBytes, `${stats.bytes} of ${stats.maxBytes}`);
      assert.ok(stats.entries >= 15 && stats.entries < 20, `${stats.entries} entries`);
      assert.deepEqual(await present(['0', '1', '2', '38', '39']), ['0', '38', '39']);
    });

    it('does not keep an answer that is larger than all it may hold', async () => {
      cache.put(aCachedAnswer('small'));
      cache.put(aCachedAnswer('huge', { body: randomBytes(maxBytes + 1) }));
      await settle();
      assert.deepEqual(await present(['small', 'huge']), ['small']);
    });
  });
}
