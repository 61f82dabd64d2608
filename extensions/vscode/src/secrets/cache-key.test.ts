import assert from 'node:assert/strict';
import { cacheKeyOffer } from '@relaycore/proxy-core/contract';
import { isCacheKey, withCacheKey } from './cache-key.ts';
import { createProviderKeys } from './provider-keys.ts';
import { createMemorySecrets } from './testing/memory-secrets.ts';

describe('the key of the cache on disk', () => {
  const clock = { now: () => 1, settle: async () => {} };

  it('is made once and kept', async () => {
    const keys = createProviderKeys(createMemorySecrets(), clock);
    const one = withCacheKey(keys, (count) => new Uint8Array(count).fill(1));
    const [first, same] = await Promise.all([one.list(), one.list()]);
    const afterRestart = withCacheKey(keys, (count) => new Uint8Array(count).fill(2));
    assert.deepEqual(same, first);
    assert.deepEqual(await afterRestart.list(), first);
    assert.equal(first.length, 1);
    assert.equal(Buffer.from(first[0]?.key ?? '', 'base64').length, 32);
    assert.ok(first.every(isCacheKey));
    assert.equal(first[0]?.provider, cacheKeyOffer.provider);
    assert.equal(first[0]?.account, cacheKeyOffer.account);
  });

  it('is made later where the storage is locked at first', async () => {
    const secrets = createMemorySecrets();
    let isLocked = true;
    const keys = createProviderKeys(
      {
        ...secrets,
        get: (name) => (isLocked ? Promise.reject(new Error('locked')) : secrets.get(name)),
      },
      clock,
    );
    const withKey = withCacheKey(keys, (count) => new Uint8Array(count));
    await assert.rejects(withKey.list(), /locked/);
    isLocked = false;
    assert.equal((await withKey.list()).length, 1);
  });
});
