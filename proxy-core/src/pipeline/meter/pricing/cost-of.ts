// What an answer cost, in whole nano-dollars.
import type { Cost } from '../../../domain/money.ts';
import { totalInputTokens, type Usage } from '../../../domain/usage.ts';
import type { ModelPrices, PicoUsd, PriceTier } from './model-prices.ts';

const picoPerNano = 1000;

/**
 * Each part is rounded to the nearest nano-dollar and the total is the sum of the parts. Null where
 * something was used whose price is unknown: a cost that leaves it out would be too low.
 *
 * `promptCacheSavedNanoUsd` compares reads alone: what the read tokens would have cost as plain
 * input, less what they did cost. The surcharge for writing stays where it arose, in the cost of
 * that request, because one write serves many reads.
 */
export function costOf(usage: Usage, prices: ModelPrices): Cost | null {
  if ((usage.unpricedTokens ?? 0) > 0) return null;
  const tier = tierFor(usage, prices);
  const visibleTokens = usage.outputTokens - usage.reasoningTokens;
  const input = sum([[usage.inputTokens, tier.input]]);
  const cacheRead = sum([[usage.cacheReadTokens, tier.cacheRead]]);
  const cacheWrite = sum([
    [usage.cacheWrite5mTokens, tier.cacheWrite5m],
    [usage.cacheWrite1hTokens, tier.cacheWrite1h],
  ]);
  const output = sum([
    [visibleTokens, tier.output],
    [usage.reasoningTokens, tier.reasoning],
  ]);
  const tools = sum([
    [usage.webSearches, prices.webSearch],
    [1, prices.request],
  ]);
  if (input === null || cacheRead === null || cacheWrite === null) return null;
  if (output === null || tools === null) return null;
  const readAsInput = sum([[usage.cacheReadTokens, tier.input]]) ?? cacheRead;
  return {
    inputNanoUsd: input,
    cacheReadNanoUsd: cacheRead,
    cacheWriteNanoUsd: cacheWrite,
    outputNanoUsd: output,
    toolsNanoUsd: tools,
    totalNanoUsd: input + cacheRead + cacheWrite + output + tools,
    promptCacheSavedNanoUsd: Math.max(0, readAsInput - cacheRead),
  };
}

/** A long context changes the price of the whole request, not of the tokens above the border. */
function tierFor(usage: Usage, prices: ModelPrices): PriceTier {
  const total = totalInputTokens(usage);
  let found: PriceTier = prices.tiers[0];
  for (const tier of prices.tiers) if (total > tier.aboveInputTokens) found = tier;
  return found;
}

/** Nano-dollars for counts and their prices; null where something is counted without a price. */
function sum(parts: readonly (readonly [count: number, price: PicoUsd | null])[]): number | null {
  let pico = 0;
  for (const [count, price] of parts) {
    if (count === 0) continue;
    if (price === null) return null;
    pico += count * price;
  }
  return Math.round(pico / picoPerNano);
}
