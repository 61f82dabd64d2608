import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { SecretOffer } from '../../contract/bridge/settings-calls.ts';
import { cacheKeyOffer } from '../../contract/names.ts';
import { createOfferedSecrets, type OfferedSecrets } from './offered-secrets.ts';

describe('offered secrets', () => {
  let baseUrls: Record<string, string | null>;
  let secrets: OfferedSecrets;

  const anOffer = (overrides: Partial<SecretOffer> = {}): SecretOffer => ({
    provider: 'openai',
    account: 'default',
    key: 'sk-1',
    updatedAt: 100,
    ...overrides,
  });
  const offer = (overrides: Partial<SecretOffer> = {}): string | undefined =>
    secrets.offer([anOffer(overrides)])[0]?.outcome;
  const create = (initial: readonly SecretOffer[] = []): OfferedSecrets =>
    createOfferedSecrets({ baseUrlOf: (id) => baseUrls[id] ?? null }, initial);
  const keyOf = (provider: string): string | null => secrets.keyOf(provider)?.reveal() ?? null;

  beforeEach(() => {
    baseUrls = { openai: 'https://api.openai.com/v1', lab: 'http://127.0.0.1:9000', demo: null };
    secrets = create();
  });

  it('are in use at once', () => {
    assert.equal(offer({ key: ' sk-1\n' }), 'held');
    assert.equal(keyOf('openai'), 'sk-1');
    assert.equal(keyOf('lab'), null);
  });

  it('give way to a newer one, never to an older', () => {
    offer({ key: 'new', updatedAt: 200 });
    assert.equal(offer({ key: 'old', updatedAt: 199 }), 'older');
    assert.equal(keyOf('openai'), 'new');
    assert.equal(offer({ key: 'newest', updatedAt: 300 }), 'held');
    assert.equal(keyOf('openai'), 'newest');
  });

  it('are gone once removed, and an older offer of another IDE does not bring them back', () => {
    offer();
    assert.equal(offer({ key: null, updatedAt: 200 }), 'removed');
    assert.equal(keyOf('openai'), null);
    assert.equal(offer({ key: 'sk-1', updatedAt: 150 }), 'older');
    assert.equal(keyOf('openai'), null);
  });

  it('of several accounts of a provider: the newest counts', () => {
    offer({ account: 'work', key: 'work', updatedAt: 100 });
    offer({ account: 'home', key: 'home', updatedAt: 200 });
    assert.equal(keyOf('openai'), 'home');
    offer({ account: 'home', key: null, updatedAt: 300 });
    assert.equal(keyOf('openai'), 'work');
  });

  it('stay with the address that they were offered for', () => {
    offer();
    baseUrls['openai'] = 'https://elsewhere.example';
    assert.equal(keyOf('openai'), null);
    baseUrls['openai'] = 'https://api.openai.com/v1';
    assert.equal(keyOf('openai'), 'sk-1');
  });

  it('do not move to another address by being offered again, only by being entered again', () => {
    offer();
    baseUrls['openai'] = 'https://elsewhere.example';
    const [verdict] = secrets.offer([anOffer()]);
    assert.equal(verdict?.outcome, 'refused');
    assert.match(verdict.reason ?? '', /api\.openai\.com.*elsewhere\.example.*Enter the key again/);
    assert.equal(keyOf('openai'), null);
    assert.equal(offer({ updatedAt: 200 }), 'held');
    assert.equal(keyOf('openai'), 'sk-1');
  });

  it('are refused where they were given for another address than the provider has', () => {
    assert.equal(offer({ baseUrl: 'https://elsewhere.example/' }), 'refused');
    assert.equal(keyOf('openai'), null);
    assert.equal(offer({ baseUrl: 'https://api.openai.com/v1/' }), 'held');
  });

  it('are refused for a provider that is not configured, or takes none', () => {
    assert.equal(offer({ provider: 'unknown' }), 'refused');
    assert.equal(offer({ provider: 'demo' }), 'refused');
    assert.deepEqual(secrets.held(), []);
  });

  it('tell of changes, not of repetitions', () => {
    let changes = 0;
    const stop = secrets.onChange(() => (changes += 1));
    offer();
    offer();
    offer({ updatedAt: 50 });
    assert.equal(changes, 1);
    offer({ key: null, updatedAt: 200 });
    assert.equal(changes, 2);
    stop();
    offer({ updatedAt: 300 });
    assert.equal(changes, 2);
  });

  it('outlive the worker: what is held is begun with again, addresses included', () => {
    offer();
    offer({ provider: 'lab', key: null, updatedAt: 7 });
    baseUrls['openai'] = 'https://elsewhere.example';
    secrets = create(secrets.held());
    assert.equal(keyOf('openai'), null);
    assert.equal(offer(), 'refused');
    assert.equal(offer({ provider: 'lab', updatedAt: 6 }), 'older');
    baseUrls['openai'] = 'https://api.openai.com/v1';
    assert.equal(keyOf('openai'), 'sk-1');
  });

  it('may be the key of the cache, which belongs to no provider', () => {
    const key = Buffer.alloc(32, 7);
    assert.equal(secrets.cacheSecret(), null);
    assert.equal(offer({ ...cacheKeyOffer, key: 'short' }), 'refused');
    assert.equal(offer({ ...cacheKeyOffer, key: key.toString('base64') }), 'held');
    assert.deepEqual(secrets.cacheSecret(), new Uint8Array(key));
    secrets = create(secrets.held());
    assert.deepEqual(secrets.cacheSecret(), new Uint8Array(key));
    assert.equal(offer({ ...cacheKeyOffer, key: null, updatedAt: 200 }), 'removed');
    assert.equal(secrets.cacheSecret(), null);
  });

  it('have a bound', () => {
    for (let count = 0; count < 500; count++) assert.equal(offer({ account: `${count}` }), 'held');
    assert.equal(offer({ account: 'one too many' }), 'refused');
  });

  it('do not print', () => {
    offer({ key: 'hunter2' });
    assert.ok(!inspect(secrets, { depth: 9, showHidden: true }).includes('hunter2'));
    assert.ok(!JSON.stringify(secrets.offer([anOffer({ key: 'hunter2' })])).includes('hunter2'));
  });
});
