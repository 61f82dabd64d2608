import assert from 'node:assert/strict';
import { calcPrice } from '@pydantic/genai-prices';
import { noUsage, totalInputTokens, type Usage } from '../../../domain/usage.ts';
import type { PriceAsk } from '../meter.ts';
import { createPriceTable, type PriceOverrides, type PriceTable } from './price-table.ts';

const at = Date.UTC(2026, 10, 20, 12, 30);

const openaiModels = [
  'gpt-4o',
  'gpt-4o-mini-2024-07-18',
  'gpt-4.1-mini',
  'gpt-5-mini',
  'gpt-5.1-codex',
  'gpt-5.4',
  'gpt-5.5-pro',
  'gpt-5.6-luna',
  'gpt-5.6-sol',
  'o3',
  'o4-mini',
  'text-embedding-3-small',
];
const anthropicModels = [
  'claude-3-5-haiku-20241022',
  'claude-3-haiku-20240307',
  'claude-haiku-4-5-20251001',
  'claude-opus-4-1-20250805',
  'claude-opus-5-5',
  'claude-sonnet-4-5',
  'claude-sonnet-4-6',
  'claude-sonnet-5',
];
const others = [
  ['deepseek', 'deepseek-chat'],
  ['deepseek', 'deepseek-v4-pro'],
  ['groq', 'llama-3.3-70b-versatile'],
  ['mistral', 'mistral-small-latest'],
  ['openrouter', 'anthropic/claude-sonnet-4.5'],
  ['x-ai', 'grok-4'],
  ['google', 'gemini-2.5-pro'],
] as const;
const models = [
  ...openaiModels.map((model) => ['openai', model] as const),
  ...anthropicModels.map((model) => ['anthropic', model] as const),
  ...others,
];

const usages: readonly Partial<Usage>[] = [
  { inputTokens: 1, outputTokens: 1 },
  { inputTokens: 1234, outputTokens: 567, reasoningTokens: 300 },
  { inputTokens: 86, cacheReadTokens: 1920, outputTokens: 300 },
  { inputTokens: 4, cacheWrite5mTokens: 1000, cacheWrite1hTokens: 2000, outputTokens: 9 },
  { inputTokens: 200_000, outputTokens: 10 },
  { inputTokens: 1, cacheReadTokens: 200_000, outputTokens: 10 },
  { inputTokens: 300_000, cacheReadTokens: 17, outputTokens: 9999 },
];

function table(overrides: PriceOverrides = {}): PriceTable {
  return createPriceTable({ overrides: () => overrides });
}

function ask(
  priceProviderId: string | null,
  model: string,
  changes: Partial<PriceAsk> = {},
): PriceAsk {
  return { provider: 'any', priceProviderId, model, serviceTier: null, at, ...changes };
}

/** The library's own calculation, in nano-dollars. */
function oracle(providerId: string, model: string, usage: Usage): number | null {
  const written = usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
  const result = calcPrice(
    {
      input_tokens: totalInputTokens(usage),
      output_tokens: usage.outputTokens,
      cache_read_tokens: usage.cacheReadTokens,
      cache_write_tokens: written,
      cache_write_5m_tokens: usage.cacheWrite5mTokens,
      cache_write_1h_tokens: usage.cacheWrite1hTokens,
      output_reasoning_tokens: usage.reasoningTokens,
    },
    model,
    { providerId, timestamp: new Date(at) },
  );
  return result === null ? null : result.total_price * 1e9;
}

describe('the price table', () => {
  for (const [provider, model] of models) {
    it(`agrees with the library on ${provider} ${model}`, () => {
      const prices = table();
      for (const changes of usages) {
        const isEmbedding = model.startsWith('text-embedding');
        const usage = { ...noUsage, ...changes, ...(isEmbedding ? noOutput : {}) };
        const expected = oracle(provider, model, usage);
        const found = prices.costOf(usage, ask(provider, model));
        assert.ok(expected !== null && found !== null);
        // Four parts are rounded, each by half a nano-dollar at most.
        const difference = Math.abs(found.totalNanoUsd - expected);
        assert.ok(difference <= 2, `${found.totalNanoUsd} for ${expected}`);
      }
    });
  }

  it('knows no price for an unknown model or provider', () => {
    const prices = table();
    assert.equal(prices.priceOf(ask('openai', 'my-model')), null);
    assert.equal(prices.priceOf(ask('nobody', 'gpt-4o')), null);
    assert.equal(prices.priceOf(ask('openai', 'x'.repeat(5000))), null);
  });

  it('does not price a server of one’s own by the name of its model', () => {
    assert.equal(table().priceOf(ask(null, 'gpt-4o')), null);
  });

  it('knows list prices at the standard tier only', () => {
    const prices = table();
    for (const serviceTier of ['default', 'auto', 'standard', 'standard_only', null]) {
      assert.notEqual(prices.priceOf(ask('openai', 'gpt-5', { serviceTier })), null);
    }
    for (const serviceTier of ['flex', 'priority', 'scale', 'batch', 'standard+fast', 'new']) {
      assert.equal(prices.priceOf(ask('openai', 'gpt-5', { serviceTier })), null);
    }
  });

  it('follows the time of day and the date', () => {
    const prices = table();
    const inputAt = (model: string, time: number): number | null | undefined => {
      const provider = model.startsWith('o') ? 'openai' : 'deepseek';
      return prices.priceOf(ask(provider, model, { at: time }))?.tiers[0].input;
    };
    const day = Date.UTC(2026, 10, 20);
    const noon = inputAt('deepseek-chat', day + 12 * 3_600_000);
    const evening = inputAt('deepseek-chat', day + 17 * 3_600_000);
    assert.equal(noon, 270_000);
    assert.notEqual(evening, noon);
    assert.equal(inputAt('deepseek-chat', day + 16.5 * 3_600_000 - 1), noon);
    assert.equal(inputAt('o3', Date.UTC(2025, 5, 9)), 10_000_000);
    assert.equal(inputAt('o3', Date.UTC(2025, 5, 10)), 2_000_000);
  });

  it('gives the user’s own price precedence, for that provider only', () => {
    const prices = table({
      'lab/My-Model': { inputUsdPerMtok: 1, outputUsdPerMtok: 2 },
      'openai/gpt-4o': { inputUsdPerMtok: 9, outputUsdPerMtok: 9, cacheReadUsdPerMtok: 0 },
    });
    const lab = prices.costOf(
      { ...noUsage, inputTokens: 10, cacheReadTokens: 10, outputTokens: 10 },
      ask(null, 'my-model', { provider: 'lab' }),
    );
    assert.equal(lab?.totalNanoUsd, 40_000);
    assert.equal(prices.priceOf(ask(null, 'my-model', { provider: 'other' })), null);
    const own = prices.priceOf(ask('openai', 'gpt-4o', { provider: 'openai' }));
    assert.equal(own?.tiers[0].input, 9_000_000);
    assert.equal(own.tiers[0].cacheRead, 0);
  });

  it('sees changed overrides at once', () => {
    let overrides: PriceOverrides = {};
    const prices = createPriceTable({ overrides: () => overrides });
    assert.equal(prices.priceOf(ask(null, 'm', { provider: 'lab' })), null);
    overrides = { 'lab/m': { inputUsdPerMtok: 0, outputUsdPerMtok: 0 } };
    assert.equal(prices.costOf(noUsage, ask(null, 'm', { provider: 'lab' }))?.totalNanoUsd, 0);
  });
});

const noOutput: Partial<Usage> = { outputTokens: 0, reasoningTokens: 0 };
