import assert from 'node:assert/strict';
import { RelayError } from '../domain/relay-error.ts';
import { startControlPlane, type RunningControlPlane } from './testing/start-control-plane.ts';

describe('PUT /v1/config', () => {
  let plane: RunningControlPlane;
  const patches: unknown[] = [];

  before(async () => {
    plane = await startControlPlane({
      settings: {
        current: () => ({ cache: { ttlSeconds: 60 } }),
        explain: () => [],
        lastError: () => null,
        patch: async (change, options) => {
          if ('broken' in change) throw new RelayError('bad_config', 'Unknown setting: broken.');
          patches.push([change, options]);
          return { overridden: [] };
        },
      },
    });
  });
  beforeEach(() => {
    patches.length = 0;
  });
  after(() => plane.close());

  const put = (body: unknown, query = '') =>
    plane.ask(`/v1/config${query}`, { method: 'PUT', body });

  it('merges, saves, and answers with what is in effect now', async () => {
    const answer = await put({ cache: { ttlSeconds: 60 } });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { config: { cache: { ttlSeconds: 60 } }, lastError: null });
    assert.deepEqual(patches, [[{ cache: { ttlSeconds: 60 } }, { persist: true }]]);
  });

  it('does not save with persist=false', async () => {
    await put({ cache: { ttlSeconds: 60 } }, '?persist=false');
    assert.deepEqual(patches, [[{ cache: { ttlSeconds: 60 } }, { persist: false }]]);
  });

  it('passes the reason of a refusal on', async () => {
    const answer = await put({ broken: true });
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json(), {
      error: { code: 'bad_config', message: 'Unknown setting: broken.' },
    });
  });

  for (const change of [
    { providers: { openai: { baseUrl: 'http://evil.example/v1' } } },
    { providers: { more: { type: 'openai-compatible' } }, cache: { ttlSeconds: 1 } },
    { guard: { mode: 'off' } },
    { plugins: [] },
    { server: { host: '0.0.0.0' } },
    { server: { allowedHosts: ['evil.example'] } },
    { server: null },
  ]) {
    it(`leaves ${JSON.stringify(change)} to a person`, async () => {
      const answer = await put(change);
      assert.equal(answer.status, 403);
      assert.match(answer.text, /where a person confirms it/);
      assert.deepEqual(patches, []);
    });
  }

  it('lets other settings of the server through', async () => {
    assert.equal((await put({ server: { bodyLimitMb: 32 } })).status, 200);
  });

  it('refuses a body that is no object', async () => {
    const answer = await put([1]);
    assert.equal(answer.status, 400);
    assert.match(answer.text, /The body: /);
  });

  it('refuses no body at all', async () => {
    assert.equal((await plane.ask('/v1/config', { method: 'PUT' })).status, 400);
  });
});
