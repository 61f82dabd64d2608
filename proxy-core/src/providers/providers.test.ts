import assert from 'node:assert/strict';
import type { Provider } from '../domain/provider.ts';
import { RelayError } from '../domain/relay-error.ts';
import type { Transport } from '../domain/upstream.ts';
import type { ProviderOptions } from './provider-type.ts';
import { providerTypes } from './registry.ts';
import { createManualClock } from './testing/manual-clock.ts';

type TypeName = keyof typeof providerTypes;

const nowhere: Transport = {
  dispatch() {
    throw new Error('these tests send nothing');
  },
  close: () => Promise.resolve(),
};

function aProvider(
  type: TypeName,
  changes: Partial<ProviderOptions> = {},
): Provider & { readonly origins: readonly string[] } {
  const origins: string[] = [];
  const provider = providerTypes[type].createProvider(
    {
      clock: createManualClock(),
      createTransport(origin) {
        origins.push(origin);
        return nowhere;
      },
    },
    { id: type, baseUrl: null, apiKey: null, models: [], ...changes },
  );
  return { ...provider, origins };
}

describe('a provider', () => {
  it('of every type carries the type and the dialects that the registry says', () => {
    for (const [name, type] of Object.entries(providerTypes)) {
      assert.equal(type.type, name);
      const provider = type.createProvider(
        { clock: createManualClock(), createTransport: () => nowhere },
        { id: 'x', baseUrl: type.defaultBaseUrl ?? 'http://127.0.0.1:9', apiKey: null, models: [] },
      );
      assert.equal(provider.type, name);
      assert.deepEqual(provider.dialects, type.dialects);
      assert.equal(provider.id, 'x');
    }
  });

  it('connects to the origin of its base URL', () => {
    assert.deepEqual(aProvider('openai').origins, ['https://api.openai.com']);
    assert.deepEqual(aProvider('anthropic').origins, ['https://api.anthropic.com']);
    const local = aProvider('openai-compatible', { baseUrl: 'http://[::1]:9000/v1/' });
    assert.deepEqual(local.origins, ['http://[::1]:9000']);
    assert.equal(local.host, '[::1]:9000');
  });

  it('refuses a base URL that is none', () => {
    for (const baseUrl of [null, '', 'localhost:9000', 'ftp://example.com']) {
      assert.throws(
        () => aProvider('openai-compatible', { baseUrl }),
        (error) => error instanceof RelayError && error.code === 'bad_config',
      );
    }
  });

  it('is asked for its key with every request', () => {
    let key = 'sk-one';
    const provider = aProvider('openai', { apiKey: () => key });
    assert.deepEqual(provider.credentialHeaders(), ['authorization', 'Bearer sk-one']);
    key = 'sk-two';
    assert.deepEqual(provider.credentialHeaders(), ['authorization', 'Bearer sk-two']);
    assert.equal(provider.hasStoredCredential, true);
  });

  it('without a key has no credential headers', () => {
    for (const type of ['openai', 'anthropic', 'demo'] as const) {
      assert.deepEqual(aProvider(type).credentialHeaders(), []);
      assert.equal(aProvider(type).hasStoredCredential, false);
    }
  });
});

describe('the path on an OpenAI server', () => {
  const pathOn = (baseUrl: string, path: string): string =>
    aProvider('openai-compatible', { baseUrl }).pathFor(path);

  it('has the base path in the place of /v1', () => {
    assert.equal(
      aProvider('openai').pathFor('/v1/chat/completions?x=y'),
      '/v1/chat/completions?x=y',
    );
    assert.equal(pathOn('https://openrouter.ai/api/v1', '/v1/models'), '/api/v1/models');
    assert.equal(pathOn('https://example.com/llm/', '/v1/embeddings'), '/llm/embeddings');
    assert.equal(pathOn('http://127.0.0.1:9000', '/v1/models/a%2Fb'), '/models/a%2Fb');
    assert.equal(pathOn('http://127.0.0.1:9000/v1//', '/v1?x=1'), '/v1?x=1');
  });

  it('keeps what only begins like /v1', () => {
    assert.equal(pathOn('http://127.0.0.1:9000/v1', '/v1beta/models'), '/v1/v1beta/models');
  });
});

describe('the path on an Anthropic server', () => {
  const pathOn = (baseUrl: string, path: string): string =>
    aProvider('anthropic', { baseUrl }).pathFor(path);

  it('stands below the base path, and /v1 is not doubled', () => {
    assert.equal(
      aProvider('anthropic').pathFor('/v1/messages?beta=true'),
      '/v1/messages?beta=true',
    );
    assert.equal(
      pathOn('https://example.com/anthropic/', '/v1/messages'),
      '/anthropic/v1/messages',
    );
    assert.equal(pathOn('https://api.anthropic.com/v1', '/v1/messages'), '/v1/messages');
  });
});

describe('a stored Anthropic credential', () => {
  it('is an API key or a bearer token, by its kind', () => {
    const headersOf = (key: string): readonly string[] =>
      aProvider('anthropic', { apiKey: () => key }).credentialHeaders();
    assert.deepEqual(headersOf('sk-ant-api03-x'), ['x-api-key', 'sk-ant-api03-x']);
    assert.deepEqual(headersOf('sk-ant-oat01-x'), ['authorization', 'Bearer sk-ant-oat01-x']);
  });
});

describe('the provider in the price tables', () => {
  const priced = (type: TypeName, baseUrl: string | null): string | null =>
    aProvider(type, { baseUrl }).priceProviderId;

  it('is the one whose address it is', () => {
    assert.equal(priced('openai', null), 'openai');
    assert.equal(priced('anthropic', null), 'anthropic');
    assert.equal(priced('openai-compatible', 'https://openrouter.ai/api/v1'), 'openrouter');
    assert.equal(priced('openai-compatible', 'https://api.deepseek.com'), 'deepseek');
    assert.equal(priced('openai', 'https://api.groq.com/openai/v1'), 'groq');
  });

  it('is that of the type for a gateway in front of it', () => {
    assert.equal(priced('openai', 'http://127.0.0.1:9000/v1'), 'openai');
    assert.equal(priced('anthropic', 'https://llm.example.com'), 'anthropic');
  });

  it('is none for a server of one’s own and for the demo', () => {
    assert.equal(priced('openai-compatible', 'http://127.0.0.1:9000/v1'), null);
    assert.equal(priced('demo', null), null);
    assert.equal(aProvider('demo').isFree, true);
  });
});

describe('a credential', () => {
  it('is needed by an OpenAI-compatible server only where one is configured', () => {
    const baseUrl = 'http://127.0.0.1:9000/v1';
    assert.equal(aProvider('openai-compatible', { baseUrl }).needsCredential, false);
    const keyed = aProvider('openai-compatible', { baseUrl, apiKey: () => 'k' });
    assert.equal(keyed.needsCredential, true);
    assert.equal(aProvider('openai').needsCredential, true);
    assert.equal(aProvider('demo').needsCredential, false);
  });
});
