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
  const input = nano(pico(usage.inputTokens, tier.input));
  const cacheRead = nano(pico(usage.cacheReadTokens, tier.cacheRead));
  const cacheWrite = nano(
    pico(usage.cacheWrite5mTokens, tier.cacheWrite5m) +
      pico(usage.cacheWrite1hTokens, tier.cacheWrite1h),
  );
  const output = nano(
    pico(visibleTokens, tier.output) + pico(usage.reasoningTokens, tier.reasoning),
  );
  const tools = nano(pico(usage.webSearches, prices.webSearch) + pico(1, prices.request));
  const total = input + cacheRead + cacheWrite + output + tools;
  if (Number.isNaN(total)) return null;
  const readAsInput = nano(pico(usage.cacheReadTokens, tier.input));
  return {
    inputNanoUsd: input,
    cacheReadNanoUsd: cacheRead,
    cacheWriteNanoUsd: cacheWrite,
    outputNanoUsd: output,
    toolsNanoUsd: tools,
    totalNanoUsd: total,
    promptCacheSavedNanoUsd: Number.isNaN(readAsInput) ? 0 : Math.max(0, readAsInput - cacheRead),
  };
}

/** A long context changes the price of the whole request, not of the tokens above the border. */
function tierFor(usage: Usage, prices: ModelPrices): PriceTier {
  const total = totalInputTokens(usage);
  let found: PriceTier = prices.tiers[0];
  for (const tier of prices.tiers) if (total > tier.aboveInputTokens) found = tier;
  return found;
}

/** Not a number where something is counted without a price, and so is every sum with it. */
function pico(count: number, price: PicoUsd | null): number {
  if (count === 0) return 0;
  return price === null ? Number.NaN : count * price;
}

function nano(picoUsd: number): number {
  return Math.round(picoUsd / picoPerNano);
}
