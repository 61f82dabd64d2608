import assert from 'node:assert/strict';
import type { CacheFilter } from '../domain/cached-answer.ts';
import {
  startControlPlane,
  startedAt,
  type RunningControlPlane,
} from './testing/start-control-plane.ts';

describe('POST /v1/cache/clear', () => {
  let plane: RunningControlPlane;
  const filters: CacheFilter[] = [];
  const size = { entries: 0, bytes: 0, maxBytes: 1 };

  before(async () => {
    plane = await startControlPlane({
      cache: {
        stats: async () => ({ memory: size, disk: size, hits: 0, misses: 0, coalesced: 0 }),
        clear: async (filter) => {
          filters.push(filter);
          return 4;
        },
      },
    });
  });
  afterEach(() => {
    filters.length = 0;
  });
  after(() => plane.close());

  const clear = (body?: unknown) => plane.ask('/v1/cache/clear', { method: 'POST', body });

  it('clears all without a body', async () => {
    const answer = await clear();
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { cleared: 4 });
    assert.deepEqual(filters, [{}]);
  });

  it('clears all with an empty object', async () => {
    assert.equal((await clear({})).status, 200);
    assert.deepEqual(filters, [{}]);
  });

  it('narrows by scope and age', async () => {
    await clear({ scope: 'model', value: 'gpt-5', olderThanSeconds: 60 });
    assert.deepEqual(filters, [{ model: 'gpt-5', createdBefore: startedAt - 60_000 }]);
  });

  for (const [name, body, message] of [
    ['a scope without its value', { scope: 'workspace' }, /value in the body: which workspace/],
    ['a value without a scope', { value: 'x' }, /value in the body: only goes with/],
    ['an unknown scope', { scope: 'planet', value: 'x' }, /scope in the body/],
    ['an unknown member', { sope: 'all' }, /Unknown in the body: sope/],
    ['a negative age', { olderThanSeconds: -1 }, /olderThanSeconds in the body/],
    ['JSON that is none', '{"scope":', /Malformed JSON/],
  ] as const) {
    it(`refuses ${name} and clears nothing`, async () => {
      const answer = await clear(body);
      assert.equal(answer.status, 400);
      assert.match(answer.text, message);
      assert.match(answer.text, /"code":"bad_request"/);
      assert.deepEqual(filters, []);
    });
  }

  it('refuses a form, which a web page could send by itself', async () => {
    const answer = await plane.ask('/v1/cache/clear', {
      method: 'POST',
      body: 'scope=all',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /application\/json/);
    assert.deepEqual(filters, []);
  });
});
