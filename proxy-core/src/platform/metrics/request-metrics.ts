import { Counter, Histogram, type Registry } from 'prom-client';
import { createBoundedLabel } from './bounded-label.ts';

/** The members of a ledger row that are counted. Durations in milliseconds, null: unknown. */
export interface MeteredRow {
  readonly dialect: string;
  readonly endpoint: string;
  readonly provider: string | null;
  readonly outcome: string;
  readonly cacheOutcome: string;
  readonly isMetered: boolean;
  readonly inputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWrite5mTokens: number | null;
  readonly cacheWrite1hTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly costNanoUsd: number | null;
  readonly savedByCacheNanoUsd: number | null;
  readonly savedByPromptCacheNanoUsd: number | null;
  readonly latencyMs: number | null;
  readonly timeToFirstByteMs: number | null;
}

/** Neither models nor clients are labels: their number has no bound. The ledger knows them. */
const maxProviders = 50;
const maxEndpoints = 50;

const nanoPerUsd = 1e9;
const latencyBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const firstByteBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const tokenKinds = [
  ['input', 'inputTokens'],
  ['cache_read', 'cacheReadTokens'],
  ['cache_write_5m', 'cacheWrite5mTokens'],
  ['cache_write_1h', 'cacheWrite1hTokens'],
  ['output', 'outputTokens'],
  ['reasoning', 'reasoningTokens'],
] as const;

function createInstruments(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'relaycore_requests_total',
      help: 'Requests that have ended.',
      labelNames: ['dialect', 'endpoint', 'provider', 'outcome', 'cache'] as const,
      registers,
    }),
    tokens: new Counter({
      name: 'relaycore_tokens_total',
      help: 'Tokens by kind; the reasoning ones are part of the output.',
      labelNames: ['provider', 'kind'] as const,
      registers,
    }),
    cost: new Counter({
      name: 'relaycore_cost_usd_total',
      help: 'Cost in US dollars, as far as it is known.',
      labelNames: ['provider'] as const,
      registers,
    }),
    unpriced: new Counter({
      name: 'relaycore_unpriced_requests_total',
      help: 'Metered requests whose cost is unknown.',
      labelNames: ['provider'] as const,
      registers,
    }),
    saved: new Counter({
      name: 'relaycore_saved_usd_total',
      help: "US dollars saved by RelayCore's cache and by the provider's prompt cache.",
      labelNames: ['provider', 'by'] as const,
      registers,
    }),
    duration: new Histogram({
      name: 'relaycore_request_duration_seconds',
      help: 'From the first byte in to the last byte out.',
      labelNames: ['provider', 'cache'] as const,
      buckets: latencyBuckets,
      registers,
    }),
    firstByte: new Histogram({
      name: 'relaycore_time_to_first_byte_seconds',
      help: "From the first byte in to the answer's first byte out.",
      labelNames: ['provider', 'cache'] as const,
      buckets: firstByteBuckets,
      registers,
    }),
  };
}

export function createRequestMetrics(registry: Registry): {
  record(rows: readonly MeteredRow[]): void;
} {
  const instruments = createInstruments(registry);
  const boundProvider = createBoundedLabel(maxProviders);
  const boundEndpoint = createBoundedLabel(maxEndpoints);
  const recordMoney = (row: MeteredRow, provider: string): void => {
    if (row.costNanoUsd !== null) instruments.cost.inc({ provider }, row.costNanoUsd / nanoPerUsd);
    else if (row.isMetered) instruments.unpriced.inc({ provider });
    for (const [by, nanoUsd] of [
      ['cache', row.savedByCacheNanoUsd],
      ['prompt_cache', row.savedByPromptCacheNanoUsd],
    ] as const) {
      // A prompt cache that was written and not read has cost more than it saved; a counter only rises.
      if (nanoUsd !== null && nanoUsd > 0) {
        instruments.saved.inc({ provider, by }, nanoUsd / nanoPerUsd);
      }
    }
  };
  const recordRow = (row: MeteredRow): void => {
    const provider = boundProvider(row.provider);
    const endpoint = boundEndpoint(row.endpoint);
    const { dialect, outcome, cacheOutcome: cache } = row;
    instruments.requests.inc({ dialect, endpoint, provider, outcome, cache });
    for (const [kind, member] of tokenKinds) {
      const count = row[member];
      if (count !== null && count > 0) instruments.tokens.inc({ provider, kind }, count);
    }
    recordMoney(row, provider);
    const labels = { provider, cache };
    if (row.latencyMs !== null) instruments.duration.observe(labels, row.latencyMs / 1000);
    if (row.timeToFirstByteMs !== null) {
      instruments.firstByte.observe(labels, row.timeToFirstByteMs / 1000);
    }
  };
  return {
    record(rows) {
      for (const row of rows) if (row.outcome !== 'open') recordRow(row);
    },
  };
}
