import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  aProvider,
  aRequest,
  aRoute,
  aTokenCaller,
  type RequestChanges,
} from '../testing/builders.ts';
import { cacheKeyOf } from './cache-key.ts';

const hashKey = Buffer.alloc(32, 7);
const base = { model: 'm', temperature: 0, messages: [{ role: 'user', content: 'hi' }] };

function keyOf(changes: RequestChanges = {}, provider = aProvider()): string {
  return cacheKeyOf(aRequest({ json: base, ...changes }), aRoute(provider).candidates[0], hashKey);
}

describe('the cache key', () => {
  it('is 64 hexadecimal digits', () => assert.match(keyOf(), /^[0-9a-f]{64}$/));

  it('is the same streamed or not, with usage or without', () => {
    const streamed = { stream: true, stream_options: { include_usage: true }, ...base };
    assert.equal(keyOf({ json: streamed }), keyOf());
    assert.equal(keyOf({ json: { ...base, stream: false } }), keyOf());
  });

  it('differs by caller, provider, workspace and version', () => {
    const others = [
      keyOf({ request: { caller: { ...aTokenCaller, identity: 'ct_2' } } }),
      keyOf({ received: { workspace: 'w1' } }),
      keyOf({}, aProvider({ id: 'lab' })),
      keyOf({}, aProvider({ host: 'other.example' })),
      keyOf({ received: { rawHeaders: ['Anthropic-Version', '2023-06-01'] } }),
    ];
    assert.equal(new Set([keyOf(), ...others]).size, others.length + 1);
  });

  it('differs for any two bodies that differ in another member', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(two));
        assert.notEqual(
          keyOf({ json: { ...base, seed: one } }),
          keyOf({ json: { ...base, seed: two } }),
        );
      }),
    );
  });

  it('differs under another secret', () => {
    const other = cacheKeyOf(aRequest({ json: base }), aRoute().candidates[0], Buffer.alloc(32, 8));
    assert.notEqual(other, keyOf());
  });
});
