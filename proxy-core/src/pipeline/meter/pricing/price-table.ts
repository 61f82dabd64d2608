// Prices by model. The library's own calculation costs 35 µs a call, too much for every request, so
// a model's record is looked up once and kept as integers.
import { calcPrice, type PriceCalculationResult } from '@pydantic/genai-prices';
import { LRUCache } from 'lru-cache';
import { modelPricesOf, type ModelPrices } from './model-prices.ts';

/** A price of the user's own, in US dollars; wins over the library's. */
export interface PriceOverride {
  /** A provider id of the configuration; null: whichever provider serves the model. */
  readonly provider: string | null;
  readonly model: string;
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  /** Absent: cached tokens cost what input costs. */
  readonly cacheReadPerMillionUsd?: number | undefined;
  readonly cacheWrite5mPerMillionUsd?: number | undefined;
  readonly cacheWrite1hPerMillionUsd?: number | undefined;
  readonly webSearchPerThousandUsd?: number | undefined;
}

export interface PriceQuery {
  /** The provider's id in the configuration, for overrides. */
  readonly provider: string;
  /**
   * The provider in the library. Null where it is not known to be one of the library's: a local
   * model must not get a stranger's price because the two share a name.
   */
  readonly priceProvider: string | null;
  readonly model: string;
  /** As the provider returned it. */
  readonly serviceTier: string | null;
  /** Epoch milliseconds: prices change with the date, and with the time of day (DeepSeek). */
  readonly at: number;
}

export interface PriceTable {
  /** Null where the price is unknown. */
  priceOf(query: PriceQuery): ModelPrices | null;
}

export interface PriceTableOptions {
  readonly overrides: readonly PriceOverride[];
}

interface Kept {
  readonly prices: ModelPrices | null;
  /** The times for which the prices hold, epoch milliseconds; `to` excluded. */
  readonly from: number;
  readonly to: number;
}

const maxKept = 2000;
/** Model names come from clients; nobody's real one is longer. */
const maxModelLength = 300;
/** Time-of-day prices of the library begin on whole minutes. */
const dayPriceStepMs = 60_000;

/**
 * The tiers at which list prices hold. The library knows no price for `flex`, `priority`, `scale`,
 * `batch` and whatever comes next: those are unknown, not list price.
 */
const listPriceTiers: ReadonlySet<string> = new Set([
  'auto',
  'default',
  'standard',
  'standard_only',
  'on_demand',
]);

export function createPriceTable(options: PriceTableOptions): PriceTable {
  const kept = new LRUCache<string, Kept>({ max: maxKept });
  const overrides = indexOverrides(options.overrides);
  return {
    priceOf({ provider, priceProvider, model, serviceTier, at }) {
      if (serviceTier !== null && !listPriceTiers.has(serviceTier)) return null;
      const override =
        overrides.get(overrideKey(provider, model)) ?? overrides.get(overrideKey(null, model));
      if (override !== undefined) return override;
      if (priceProvider === null || model.length > maxModelLength) return null;
      const key = `${priceProvider}\n${model}`;
      const known = kept.get(key);
      if (known !== undefined && at >= known.from && at < known.to) return known.prices;
      const found = lookUp(priceProvider, model, at);
      kept.set(key, found);
      return found.prices;
    },
  };
}

function lookUp(providerId: string, model: string, at: number): Kept {
  const always = { from: -Infinity, to: Infinity };
  const result = recordOf(providerId, model, at);
  if (result === null) return { prices: null, ...always };
  const prices = modelPricesOf(result.model_price);
  if (!Array.isArray(result.model.prices)) return { prices, ...always };
  const from = Math.floor(at / dayPriceStepMs) * dayPriceStepMs;
  return { prices, from, to: from + dayPriceStepMs };
}

/** The library throws on records that contradict themselves: for us such a price is unknown. */
function recordOf(providerId: string, model: string, at: number): PriceCalculationResult {
  try {
    return calcPrice({}, model, { providerId, timestamp: new Date(at) });
  } catch {
    return null;
  }
}

function indexOverrides(overrides: readonly PriceOverride[]): ReadonlyMap<string, ModelPrices> {
  const index = new Map<string, ModelPrices>();
  for (const override of overrides) {
    index.set(overrideKey(override.provider, override.model), pricesOfOverride(override));
  }
  return index;
}

function overrideKey(provider: string | null, model: string): string {
  return `${provider ?? ''}\n${model.toLowerCase()}`;
}

function pricesOfOverride(override: PriceOverride): ModelPrices {
  const perToken = (dollars: number): number => Math.round(dollars * 1e6);
  const input = perToken(override.inputPerMillionUsd);
  const output = perToken(override.outputPerMillionUsd);
  const write5m = perToken(override.cacheWrite5mPerMillionUsd ?? override.inputPerMillionUsd);
  const write1h = override.cacheWrite1hPerMillionUsd;
  const search = override.webSearchPerThousandUsd;
  return {
    tiers: [
      {
        aboveInputTokens: -1,
        input,
        cacheRead: perToken(override.cacheReadPerMillionUsd ?? override.inputPerMillionUsd),
        cacheWrite5m: write5m,
        cacheWrite1h: write1h === undefined ? write5m : perToken(write1h),
        output,
        reasoning: output,
      },
    ],
    webSearch: search === undefined ? null : Math.round(search * 1e9),
    request: 0,
  };
}
