import assert from 'node:assert/strict';
import { createProviderKeys, defaultAccount, type ProviderKeys } from './provider-keys.ts';
import { createMemorySecrets, type MemorySecrets } from './testing/memory-secrets.ts';

describe('the provider keys of an IDE', () => {
  let time: number;
  let secrets: MemorySecrets;
  let keys: ProviderKeys;
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    time = 100;
    secrets = createMemorySecrets();
    keys = createProviderKeys(secrets, { now: () => time, settle });
  });

  const set = (provider: string, key: string | null): Promise<void> =>
    keys.put({ provider, account: defaultAccount, key });

  it('come back with the time of their change', async () => {
    await set('openai', 'sk-1');
    time = 200;
    await set('openai', 'sk-2');
    assert.deepEqual(await keys.list(), [
      { provider: 'openai', account: 'default', key: 'sk-2', updatedAt: 200 },
    ]);
  });

  it('leave a record of their removal', async () => {
    await set('openai', 'sk-1');
    time = 200;
    await set('openai', null);
    assert.deepEqual(await keys.list(), [
      { provider: 'openai', account: 'default', key: null, updatedAt: 200 },
    ]);
  });

  it('are all there when they were set at once', async () => {
    await Promise.all(['a', 'b', 'c'].map((provider) => set(provider, provider)));
    const providers = (await keys.list()).map(({ provider }) => provider);
    assert.deepEqual(providers, ['a', 'b', 'c']);
  });

  it('are all there when two windows write at once', async () => {
    const otherWindow = createProviderKeys(secrets, { now: () => time, settle });
    const add = (window: ProviderKeys, provider: string): Promise<void> =>
      window.put({ provider, account: defaultAccount, key: provider });
    await Promise.all([add(keys, 'a'), add(otherWindow, 'b')]);
    for (let turn = 0; turn < 10; turn++) await settle();
    const providers = (await keys.list()).map(({ provider }) => provider);
    assert.deepEqual(providers.toSorted(), ['a', 'b']);
  });

  it('are heard of when another window changes them', async () => {
    let changes = 0;
    const stop = keys.onChange(() => {
      changes += 1;
    });
    const otherWindow = createProviderKeys(secrets, { now: () => time, settle });
    await otherWindow.put({ provider: 'openai', account: defaultAccount, key: 'sk-1' });
    await secrets.store('something.else', 'x');
    stop();
    await set('openai', null);
    assert.equal(changes, 1);
  });

  it('remember where they are for, and several accounts of one provider', async () => {
    const baseUrl = 'https://lab.example/v1';
    await keys.put({ provider: 'lab', account: 'a', key: 'k1', baseUrl });
    await keys.put({ provider: 'lab', account: 'b', key: 'k2' });
    assert.deepEqual(await keys.list(), [
      { provider: 'lab', account: 'a', key: 'k1', updatedAt: 100, baseUrl },
      { provider: 'lab', account: 'b', key: 'k2', updatedAt: 100 },
    ]);
  });

  it('do not fail over what somebody else has left', async () => {
    for (const text of ['', '{', '{}', '[null, {"provider": 1}]']) {
      await secrets.store('relaycore.providerKeys', text);
      assert.deepEqual(await keys.list(), []);
    }
  });
});
