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
  const labelsOf = (row: MeteredRow): GroupLabels => ({
    dialect: row.dialect,
    endpoint: boundEndpoint(row.endpoint),
    provider: boundProvider(row.provider),
    outcome: row.outcome,
    cache: row.cacheOutcome,
  });
  const observe = (row: MeteredRow, { provider, cache }: GroupLabels): void => {
    if (row.latencyMs !== null) {
      instruments.duration.observe({ provider, cache }, row.latencyMs / 1000);
    }
    if (row.timeToFirstByteMs !== null) {
      instruments.firstByte.observe({ provider, cache }, row.timeToFirstByteMs / 1000);
    }
  };
  return {
    record(rows) {
      const groups = new Map<string, Group>();
      let last: Group | null = null;
      for (const row of rows) {
        if (row.outcome === 'open') continue;
        // Rows come in runs of the same kind.
        if (last === null || !isOfKind(row, last.rows[0])) last = groupOf(groups, labelsOf(row));
        last.rows.push(row);
        observe(row, last.labels);
      }
      for (const group of groups.values()) count(instruments, group);
    },
  };
}

interface GroupLabels {
  readonly dialect: string;
  readonly endpoint: string;
  readonly provider: string;
  readonly outcome: string;
  readonly cache: string;
}

/** Rows with the same labels: a counter is raised once for all, since labels are what costs. */
interface Group {
  readonly labels: GroupLabels;
  readonly rows: MeteredRow[];
}

function groupOf(groups: Map<string, Group>, labels: GroupLabels): Group {
  const key = Object.values(labels).join('\n');
  const group = groups.get(key) ?? { labels, rows: [] };
  groups.set(key, group);
  return group;
}

function isOfKind(row: MeteredRow, other: MeteredRow | undefined): boolean {
  return (
    other !== undefined &&
    row.dialect === other.dialect &&
    row.endpoint === other.endpoint &&
    row.provider === other.provider &&
    row.outcome === other.outcome &&
    row.cacheOutcome === other.cacheOutcome
  );
}

function count(instruments: ReturnType<typeof createInstruments>, { labels, rows }: Group): void {
  const { provider } = labels;
  instruments.requests.inc({ ...labels }, rows.length);
  for (const [kind, member] of tokenKinds) {
    const tokens = sumOf(rows, (row) => row[member]);
    if (tokens > 0) instruments.tokens.inc({ provider, kind }, tokens);
  }
  instruments.cost.inc({ provider }, sumOf(rows, (row) => row.costNanoUsd) / nanoPerUsd);
  const unpriced = rows.filter((row) => row.costNanoUsd === null && row.isMetered).length;
  if (unpriced > 0) instruments.unpriced.inc({ provider }, unpriced);
  const byCache = sumOf(rows, (row) => row.savedByCacheNanoUsd);
  if (byCache > 0) instruments.saved.inc({ provider, by: 'cache' }, byCache / nanoPerUsd);
  // A prompt cache that was written and not read has cost more than it saved; a counter only rises.
  const byPrompt = sumOf(rows, (row) => Math.max(0, row.savedByPromptCacheNanoUsd ?? 0));
  if (byPrompt > 0) instruments.saved.inc({ provider, by: 'prompt_cache' }, byPrompt / nanoPerUsd);
}

function sumOf(rows: readonly MeteredRow[], valueOf: (row: MeteredRow) => number | null): number {
  let sum = 0;
  for (const row of rows) sum += valueOf(row) ?? 0;
  return sum;
}
