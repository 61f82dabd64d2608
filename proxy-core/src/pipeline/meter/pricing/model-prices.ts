// What a model costs a token, as integers, so that money adds up.
import type { ModelPrice } from '@pydantic/genai-prices';

/** Integer pico-US-dollars: 1 dollar a million tokens is 1,000,000 of them a token. */
export type PicoUsd = number;

/** Prices a token from some size of the whole input upwards. Null: no price is known. */
export interface PriceTier {
  /** The tier holds where the request's whole input is above this many tokens. */
  readonly aboveInputTokens: number;
  readonly input: PicoUsd | null;
  readonly cacheRead: PicoUsd | null;
  readonly cacheWrite5m: PicoUsd | null;
  readonly cacheWrite1h: PicoUsd | null;
  readonly output: PicoUsd | null;
  readonly reasoning: PicoUsd | null;
}

/** The prices of one model at one time and service tier. */
export interface ModelPrices {
  /** Ascending; the first is above -1, that is, for any input. The last that holds prices it all. */
  readonly tiers: readonly [PriceTier, ...PriceTier[]];
  /** For each server-side web search; null where unknown. */
  readonly webSearch: PicoUsd | null;
  /** For each request, whatever its size (Perplexity). */
  readonly request: PicoUsd;
}

/** Keys that price what RelayCore counts. */
const countedKeys: ReadonlySet<string> = new Set([
  'input_mtok',
  'output_mtok',
  'output_reasoning_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'cache_write_5m_mtok',
  'cache_write_1h_mtok',
  'web_searches_kcount',
  'requests_kcount',
]);

/**
 * Keys that matter only to requests whose usage says so (`Usage.unpricedTokens`), or to endpoints
 * that RelayCore does not meter: a text request costs the same without them.
 */
const otherModality = /(^|_)(audio|image|video)_|^(storage|social)_searches_|^code_executions_/;

/**
 * The library's record as integers. Null where it holds a price for something that RelayCore does
 * not count (citation tokens, pages, messages), because a sum without it would be too low.
 */
export function modelPricesOf(record: ModelPrice): ModelPrices | null {
  for (const key of Object.keys(record)) {
    if (!countedKeys.has(key) && !otherModality.test(key)) return null;
  }
  const starts = new Set([-1]);
  for (const price of Object.values(record)) {
    if (typeof price === 'object') for (const tier of price.tiers) starts.add(tier.start);
  }
  const [first = -1, ...more] = [...starts].toSorted((a, b) => a - b);
  const tiers: [PriceTier, ...PriceTier[]] = [
    tierAt(record, first),
    ...more.map((start) => tierAt(record, start)),
  ];
  if (tiers[0].input === null && tiers[0].output === null) return null;
  const request = priceAt(record, 'requests_kcount', -1);
  return {
    tiers,
    webSearch: perThousand(priceAt(record, 'web_searches_kcount', -1)),
    request: perThousand(request) ?? 0,
  };
}

/** A kind of token without a price of its own costs what the kind that it belongs to costs. */
function tierAt(record: ModelPrice, start: number): PriceTier {
  const price = (key: string): PicoUsd | null => perMillion(priceAt(record, key, start));
  const input = price('input_mtok');
  const output = price('output_mtok');
  const cacheWrite = price('cache_write_mtok') ?? input;
  return {
    aboveInputTokens: start,
    input,
    cacheRead: price('cache_read_mtok') ?? input,
    cacheWrite5m: price('cache_write_5m_mtok') ?? cacheWrite,
    cacheWrite1h: price('cache_write_1h_mtok') ?? cacheWrite,
    output,
    reasoning: price('output_reasoning_mtok') ?? output,
  };
}

/** Dollars a unit of the key, for a whole input just above `start`. */
function priceAt(record: ModelPrice, key: string, start: number): number | null {
  const price = record[key];
  if (price === undefined) return null;
  if (typeof price === 'number') return price;
  let dollars = price.base;
  for (const tier of price.tiers.toSorted((a, b) => a.start - b.start)) {
    if (start >= tier.start) dollars = tier.price;
  }
  return dollars;
}

function perMillion(dollars: number | null): PicoUsd | null {
  return dollars === null ? null : Math.round(dollars * 1e6);
}

function perThousand(dollars: number | null): PicoUsd | null {
  return dollars === null ? null : Math.round(dollars * 1e9);
}
