import assert from 'node:assert/strict';
import type { Operation } from '../../domain/dialect.ts';
import type { Provider } from '../../domain/provider.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { aProvider, aReceived, aRequest, type RequestChanges } from '../testing/builders.ts';
import { createRoute } from './route.ts';

const openai = aProvider();
const keyless = aProvider({ hasStoredCredential: false });
const lab = aProvider({
  id: 'lab',
  needsCredential: false,
  hasStoredCredential: false,
  models: ['my-model'],
});
const open = aProvider({ id: 'open', needsCredential: false, hasStoredCredential: false });
const demo = aProvider({
  id: 'demo',
  needsCredential: false,
  hasStoredCredential: false,
  isFree: true,
  models: ['demo', 'demo-embedding'],
});
const claude = aProvider({ id: 'anthropic', dialects: ['anthropic'] });
const catalogue = aProvider({ id: 'catalogue' });

function routed(all: readonly Provider[], changes: RequestChanges = {}): [string, string, string] {
  const route = createRoute({
    providers: () => ({
      all,
      get: (id) => all.find((provider) => provider.id === id) ?? null,
      modelCatalogue: catalogue,
    }),
  })(aRequest(changes));
  const [{ provider, credential }] = route.candidates;
  return [provider.id, route.rule, credential];
}

const passThrough: RequestChanges = {
  request: { caller: { kind: 'pass-through', identity: 'key-1', tokenId: null } },
};

function isUnserved(run: () => unknown, says: RegExp): void {
  assert.throws(
    run,
    (error) =>
      error instanceof RelayError && error.code === 'no_provider' && says.test(error.message),
  );
}

describe('routing', () => {
  it('sends a model to the provider that declares it', () => {
    const asked = { fields: { model: 'my-model' } };
    assert.deepEqual(routed([openai, lab], asked), ['lab', 'declared-model', 'stored']);
  });

  it('sends any other model to the provider at home in the dialect', () =>
    assert.deepEqual(routed([lab, openai, claude]), ['openai', 'home', 'stored']));

  it('takes the only provider that lists no models, where home has no key', () =>
    assert.deepEqual(routed([keyless, open, demo]), ['open', 'only-provider', 'stored']));

  it('keeps a pass-through credential with the provider that it is for', () => {
    const asked = { ...passThrough, fields: { model: 'my-model' } };
    assert.deepEqual(routed([keyless, lab], asked), ['openai', 'home', 'client']);
    isUnserved(() => routed([lab], passThrough), /can only go to provider "openai"/);
  });

  it('follows the path where it names the provider', () => {
    const pinned = { received: { pinnedProvider: 'lab' } };
    assert.deepEqual(routed([openai, lab], pinned), ['lab', 'pinned', 'stored']);
    isUnserved(
      () => routed([claude], { received: { pinnedProvider: 'anthropic' } }),
      /does not speak/,
    );
    isUnserved(
      () => routed([keyless], { received: { pinnedProvider: 'openai' } }),
      /OPENAI_API_KEY/,
    );
  });

  it('says what to configure, and what works without a key', () =>
    isUnserved(
      () => routed([keyless, demo]),
      /"gpt-4o-mini".*Add Provider Key.*OPENAI_API_KEY.*model "demo"/,
    ));

  it('names the path where there is no model, and the demo only where it can serve', () => {
    const { endpoint } = aReceived();
    const asked = (operation: Operation, canonicalPath: string): RequestChanges => ({
      received: { endpoint: { ...endpoint, operation }, canonicalPath },
      fields: { model: null },
    });
    isUnserved(
      () => routed([keyless, demo], asked('other', '/v1/audio/speech?a=b')),
      /^No provider can serve requests to \/v1\/audio\/speech\. Add a key .*OPENAI_API_KEY(?!.*demo)/,
    );
    isUnserved(
      () => routed([keyless, demo], asked('embed', '/v1/embeddings')),
      /model "demo-embedding"/,
    );
  });
});
