import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noUsage, type Usage } from '../../../domain/usage.ts';
import { costOf } from './cost-of.ts';
import { modelPricesOf, type ModelPrices } from './model-prices.ts';

const opus: ModelPrices | null = modelPricesOf({
  input_mtok: 5,
  output_mtok: 25,
  cache_read_mtok: 0.5,
  cache_write_mtok: 6.25,
  cache_write_1h_mtok: 10,
  web_searches_kcount: 10,
});
const tiered = modelPricesOf({
  input_mtok: { base: 2.5, tiers: [{ start: 271_999, price: 5 }] },
  cache_read_mtok: { base: 0.25, tiers: [{ start: 271_999, price: 0.5 }] },
  output_mtok: { base: 15, tiers: [{ start: 271_999, price: 22.5 }] },
});

function cost(usage: Partial<Usage>, prices: ModelPrices | null = opus): ReturnType<typeof costOf> {
  assert.ok(prices !== null);
  return costOf({ ...noUsage, ...usage }, prices);
}

describe('the cost of an answer', () => {
  it('has a part for each kind of token', () => {
    assert.deepEqual(
      cost({
        inputTokens: 100,
        cacheReadTokens: 2000,
        cacheWrite5mTokens: 10,
        cacheWrite1hTokens: 20,
        outputTokens: 40,
        reasoningTokens: 30,
        webSearches: 1,
      }),
      {
        inputNanoUsd: 500_000,
        cacheReadNanoUsd: 1_000_000,
        cacheWriteNanoUsd: 62_500 + 200_000,
        outputNanoUsd: 1_000_000,
        toolsNanoUsd: 10_000_000,
        totalNanoUsd: 12_762_500,
        promptCacheSavedNanoUsd: 9_000_000,
      },
    );
  });

  it('rounds each part to whole nano-dollars first', () => {
    const prices = modelPricesOf({ input_mtok: 0.0003, output_mtok: 0.0004 });
    const small = cost({ inputTokens: 5, outputTokens: 4 }, prices);
    assert.equal(small?.inputNanoUsd, 2);
    assert.equal(small.outputNanoUsd, 2);
    assert.equal(small.totalNanoUsd, 4);
  });

  it('is priced whole by the size of the whole input', () => {
    const below = cost({ inputTokens: 71_999, cacheReadTokens: 200_000, outputTokens: 1 }, tiered);
    assert.equal(below?.inputNanoUsd, 71_999 * 2500);
    const above = cost({ inputTokens: 72_000, cacheReadTokens: 200_000, outputTokens: 1 }, tiered);
    assert.equal(above?.inputNanoUsd, 72_000 * 5000);
    assert.equal(above.cacheReadNanoUsd, 200_000 * 500);
    assert.equal(above.outputNanoUsd, 22_500);
  });

  it('of cached tokens without a price of their own is that of input', () => {
    const prices = modelPricesOf({ input_mtok: 1, output_mtok: 2 });
    const all = cost({ cacheReadTokens: 1000, cacheWrite1hTokens: 1000 }, prices);
    assert.equal(all?.cacheReadNanoUsd, 1_000_000);
    assert.equal(all.cacheWriteNanoUsd, 1_000_000);
    assert.equal(all.promptCacheSavedNanoUsd, 0);
  });

  it('is unknown where anything used has no price', () => {
    const embedding = modelPricesOf({ input_mtok: 0.02 });
    assert.equal(cost({ inputTokens: 1 }, embedding)?.totalNanoUsd, 20);
    assert.equal(cost({ inputTokens: 1, outputTokens: 1 }, embedding), null);
    assert.equal(cost({ inputTokens: 1, webSearches: 1 }, tiered), null);
    assert.equal(cost({ inputTokens: 1, unpricedTokens: 1 }), null);
  });

  it('adds up in whole nano-dollars, never below zero', () => {
    const count = fc.nat(2_000_000);
    const usages = fc
      .record({
        inputTokens: count,
        cacheReadTokens: count,
        cacheWrite5mTokens: count,
        cacheWrite1hTokens: count,
        outputTokens: count,
        webSearches: fc.nat(20),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ share, ...usage }) => ({
        ...usage,
        reasoningTokens: Math.floor(usage.outputTokens * share),
      }));
    const price = fc.double({ min: 0, max: 200, noNaN: true });
    const prices = fc.record({
      input_mtok: price,
      output_mtok: price,
      cache_read_mtok: price,
      cache_write_mtok: price,
      output_reasoning_mtok: price,
      web_searches_kcount: price,
      requests_kcount: price,
    });
    fc.assert(
      fc.property(usages, prices, (usage, record) => {
        const found = cost(usage, modelPricesOf(record));
        assert.ok(found !== null);
        for (const part of Object.values(found)) assert.ok(Number.isSafeInteger(part) && part >= 0);
        const { totalNanoUsd, promptCacheSavedNanoUsd: _, ...parts } = found;
        assert.equal(
          totalNanoUsd,
          Object.values(parts).reduce((sum, part) => sum + part, 0),
        );
      }),
    );
  });
});

describe('the prices of a model', () => {
  it('are unknown where something is priced that is not counted', () => {
    assert.equal(modelPricesOf({ input_mtok: 2, output_mtok: 8, output_citation_mtok: 2 }), null);
    assert.equal(modelPricesOf({ input_document_kpages: 1 }), null);
    assert.equal(modelPricesOf({ audio_hours: 0.3 }), null);
    assert.equal(modelPricesOf({}), null);
  });

  it('hold for text where other modalities are priced beside it', () => {
    const prices = modelPricesOf({ input_mtok: 1, output_mtok: 2, input_audio_mtok: 10 });
    assert.equal(prices?.tiers[0].input, 1_000_000);
  });
});
