import assert from 'node:assert/strict';
import { createFormat } from '../../data/format.ts';
import { describeCache, describeCost, describeResult, inputTokensOf } from './describe-request.ts';
import { aRequest } from './testing/records.ts';

const format = createFormat('en-US');

describe('the result of a request', () => {
  for (const [changes, text, tone] of [
    [{}, '200 ok', 'good'],
    [{ outcome: 'open', status: null }, 'running', 'running'],
    [{ outcome: 'failed', status: 429, errorCode: 'rate_limited' }, '429 rate_limited', 'bad'],
    [{ outcome: 'failed', status: null }, 'failed', 'bad'],
    [{ outcome: 'incomplete', errorCode: 'upstream_timeout' }, 'upstream_timeout', 'bad'],
    [{ outcome: 'incomplete' }, 'cut off', 'bad'],
    [{ outcome: 'aborted' }, 'cancelled', 'left'],
    [{ outcome: 'interrupted' }, 'interrupted', 'bad'],
  ] as const) {
    it(`is "${text}" for ${JSON.stringify(changes)}`, () => {
      const result = describeResult(aRequest(changes));
      assert.equal(result.text, text);
      assert.equal(result.tone, tone);
    });
  }
});

describe('the cache of a request', () => {
  it('has a word for each way that it took part', () => {
    const words = (['hit', 'semantic', 'coalesced', 'miss', 'bypass'] as const).map(
      (cacheOutcome) => describeCache(aRequest({ cacheOutcome }))?.text ?? null,
    );
    assert.deepEqual(words, ['hit', 'similar', 'joined', 'miss', null]);
  });
});

describe('the cost of a request', () => {
  for (const [changes, text, isUnknown] of [
    [{}, '$0.0003', false],
    [{ costNanoUsd: 0 }, '$0.0000', false],
    [{ isUsageEstimated: true }, '≈ $0.0003', false],
    [{ costNanoUsd: null }, 'unknown', true],
    [{ costNanoUsd: null, isMetered: false }, 'not metered', true],
    [{ costNanoUsd: null, outcome: 'open' }, '…', false],
    [{ costNanoUsd: null, outcome: 'failed', provider: null }, '–', false],
  ] as const) {
    it(`is "${text}" for ${JSON.stringify(changes)}`, () => {
      const cost = describeCost(aRequest(changes), format);
      assert.equal(cost.text, text);
      assert.equal(cost.isUnknown, isUnknown);
    });
  }

  it('says what the cache saved', () => {
    const hit = aRequest({ costNanoUsd: 0, savedByCacheNanoUsd: 5_000_000, cacheOutcome: 'hit' });
    assert.equal(describeCost(hit, format).title, 'The cache saved $0.0050.');
  });

  it('says that the demo is one', () => {
    const demo = aRequest({ costNanoUsd: 0, provider: 'demo' });
    assert.match(describeCost(demo, format).title, /demo/);
  });
});

describe('the input tokens of a request', () => {
  it('are those from prompt caches too', () => {
    const request = aRequest({ cacheReadTokens: 1_000, cacheWrite5mTokens: 50 });
    assert.equal(inputTokensOf(request), 1_150);
    assert.equal(inputTokensOf(aRequest({ inputTokens: null })), null);
  });
});
