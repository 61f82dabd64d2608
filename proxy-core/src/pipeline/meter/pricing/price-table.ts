// Prices by model. The library's own calculation costs 35 µs a call, too much for every request, so
// a model's record is looked up once and kept as integers.
import { calcPrice, type PriceCalculationResult } from '@pydantic/genai-prices';
import { LRUCache } from 'lru-cache';
import type { PriceAsk, Pricing } from '../meter.ts';
import { costOf } from './cost-of.ts';
import { modelPricesOf, type ModelPrices } from './model-prices.ts';

/** A price of the user's own, in US dollars for a million tokens; wins over the library's. */
export interface PriceOverride {
  readonly inputUsdPerMtok: number;
  readonly outputUsdPerMtok: number;
  /** Absent: tokens from and to the prompt cache cost what input costs. */
  readonly cacheReadUsdPerMtok?: number | undefined;
  readonly cacheWrite5mUsdPerMtok?: number | undefined;
  readonly cacheWrite1hUsdPerMtok?: number | undefined;
}

export type PriceOverrides = Readonly<Record<string, PriceOverride>>;

export interface PriceTable extends Pricing {
  /** Null where the price is unknown. */
  priceOf(ask: PriceAsk): ModelPrices | null;
}

export interface PriceTableOptions {
  /** By `provider/model`, the provider as the configuration names it; a new object when changed. */
  overrides(): PriceOverrides;
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
  const overridden = createOverrideIndex(options);
  const priceOf = (ask: PriceAsk): ModelPrices | null => {
    const { provider, priceProviderId, model, serviceTier, at } = ask;
    if (serviceTier !== null && !listPriceTiers.has(serviceTier)) return null;
    const override = overridden(provider, model);
    if (override !== null) return override;
    if (priceProviderId === null || model.length > maxModelLength) return null;
    const key = `${priceProviderId}/${model}`;
    const known = kept.get(key);
    if (known !== undefined && at >= known.from && at < known.to) return known.prices;
    const found = lookUp(priceProviderId, model, at);
    kept.set(key, found);
    return found.prices;
  };
  return {
    priceOf,
    costOf(usage, ask) {
      const prices = priceOf(ask);
      return prices === null ? null : costOf(usage, prices);
    },
  };
}

/** Finds the override for a provider and a model; looks at the options again when they change. */
function createOverrideIndex(
  options: PriceTableOptions,
): (provider: string, model: string) => ModelPrices | null {
  let source: PriceOverrides = {};
  let index: ReadonlyMap<string, ModelPrices> = new Map();
  return (provider, model) => {
    const overrides = options.overrides();
    if (overrides !== source) {
      source = overrides;
      index = indexOf(overrides);
    }
    return index.size === 0 ? null : (index.get(`${provider}/${model}`.toLowerCase()) ?? null);
  };
}

function indexOf(overrides: PriceOverrides): ReadonlyMap<string, ModelPrices> {
  return new Map(
    Object.entries(overrides).map(([name, price]) => [name.toLowerCase(), pricesOf(price)]),
  );
}

function pricesOf(override: PriceOverride): ModelPrices {
  const prices = modelPricesOf({
    input_mtok: override.inputUsdPerMtok,
    output_mtok: override.outputUsdPerMtok,
    cache_read_mtok: override.cacheReadUsdPerMtok,
    cache_write_mtok: override.cacheWrite5mUsdPerMtok,
    cache_write_1h_mtok: override.cacheWrite1hUsdPerMtok,
  });
  if (prices === null) throw new Error('a price override is always complete');
  return prices;
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
