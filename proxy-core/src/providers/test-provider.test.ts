import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from '../domain/provider.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { createHttpTransport } from '../platform/http-client/http-transport.ts';
import { providerTypes } from './registry.ts';
import { testProvider } from './test-provider.ts';

describe('the test of a provider', () => {
  let server: Server;
  let answer: { status: number; body: string };
  const keys: (string | undefined)[] = [];
  const open: Provider[] = [];

  before(async () => {
    server = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  after(async () => {
    await Promise.all(open.map(({ transport }) => transport.close()));
    server.close();
  });
  beforeEach(() => {
    answer = { status: 200, body: '{"data":[{"id":"a"},{"id":"b"}]}' };
    keys.length = 0;
  });

  function aProvider(changes: { key?: string | null; port?: number } = {}): Provider {
    const { key = 'sk-test', port = (server.address() as AddressInfo).port } = changes;
    const provider = providerTypes.openai.createProvider(
      {
        clock: systemClock,
        createTransport: (origin) =>
          createHttpTransport({ origin, connectTimeoutMs: 1000, maxConnections: 1 }),
      },
      {
        id: 'openai',
        baseUrl: `http://127.0.0.1:${port}/v1`,
        apiKey: key === null ? null : () => key,
        models: [],
      },
    );
    open.push(provider);
    return provider;
  }

  const outcome = async (provider = aProvider()): Promise<unknown[]> => {
    const { outcome: what, status, models, message } = await testProvider(provider, systemClock);
    assert.doesNotMatch(message, /sk-test/);
    return [what, status, models];
  };

  it('asks for the models with the stored key', async () => {
    assert.deepEqual(await outcome(), ['ok', 200, 2]);
    assert.deepEqual(keys, ['Bearer sk-test']);
  });

  it('tells a key that is missing from one that is refused', async () => {
    assert.deepEqual(await outcome(aProvider({ key: null })), ['no_key', null, null]);
    assert.deepEqual(keys, []);
    for (const status of [401, 403]) {
      answer = { status, body: '{}' };
      assert.deepEqual(await outcome(), ['key_refused', status, null]);
    }
  });

  it('tells other refusals, answers that are no list, and no answer', async () => {
    answer = { status: 500, body: '' };
    assert.deepEqual(await outcome(), ['refused', 500, null]);
    answer = { status: 200, body: '<html>' };
    assert.deepEqual(await outcome(), ['invalid', 200, null]);
    assert.deepEqual(await outcome(aProvider({ port: 1 })), ['unreachable', null, null]);
  });
});
