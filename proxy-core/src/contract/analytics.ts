// Questions to the ledger and their answers, as control plane, bridge and command line share them.
import { z } from 'zod';
import { cacheOutcomes, dialectIds, requestOutcomes } from './names.ts';

export const groupings = [
  'day',
  'hour',
  'model',
  'provider',
  'assistant',
  'workspace',
  'branch',
  'user',
  'tag',
] as const;
export type Grouping = (typeof groupings)[number];

const label = z.string().max(500);

/** Conditions that narrow a question; all must hold. Times are epoch milliseconds, `to` excluded. */
export const ledgerFilterSchema = z.strictObject({
  from: z.number().int().optional(),
  to: z.number().int().optional(),
  model: label.optional(),
  provider: label.optional(),
  assistant: label.optional(),
  workspace: label.optional(),
  branch: label.optional(),
  user: label.optional(),
  session: label.optional(),
});
export type LedgerFilter = z.infer<typeof ledgerFilterSchema>;

export const usageQuerySchema = ledgerFilterSchema.extend({
  groupBy: z.enum(groupings).optional(),
  /** Minutes east of UTC, for the borders of days and hours. */
  timezoneOffsetMinutes: z.number().int().min(-1440).max(1440).optional(),
});
export type UsageQuery = z.infer<typeof usageQuerySchema>;

/** Sums over rows. Money in integer nano-US-dollars; `unpricedRequests` have an unknown cost. */
export const usageSumsSchema = z.object({
  requests: z.number().int(),
  failedRequests: z.number().int(),
  /** Answered from the cache or by joining an identical request in flight. */
  cacheHits: z.number().int(),
  /** Requests that the cache was asked about: hits, coalesced and misses. */
  cacheLookups: z.number().int(),
  unpricedRequests: z.number().int(),
  estimatedRequests: z.number().int(),
  inputTokens: z.number().int(),
  cacheReadTokens: z.number().int(),
  cacheWriteTokens: z.number().int(),
  outputTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  costNanoUsd: z.number().int(),
  savedByCacheNanoUsd: z.number().int(),
  savedByPromptCacheNanoUsd: z.number().int(),
});
export type UsageSums = z.infer<typeof usageSumsSchema>;

export const usageReportSchema = z.object({
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  groupBy: z.enum(groupings).nullable(),
  totals: usageSumsSchema,
  /** One a value of the grouping; null: the rows without one. Days and hours ascending, else dearest first. */
  groups: z.array(z.object({ key: z.string().nullable(), sums: usageSumsSchema })),
});
export type UsageReport = z.infer<typeof usageReportSchema>;

export const requestsQuerySchema = ledgerFilterSchema.extend({
  limit: z.number().int().min(1).max(1000).default(100),
  /** From `nextCursor` of the page before; newest first. */
  cursor: z.string().max(200).optional(),
});
export type RequestsQuery = z.infer<typeof requestsQuerySchema>;

const count = z.number().int().nullable();

/** A ledger row as others see it; the same names as in the ledger. */
export const requestRecordSchema = z.object({
  requestId: z.string(),
  startedAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  outcome: z.enum(requestOutcomes),
  assistant: z.string().nullable(),
  workspace: z.string().nullable(),
  branch: z.string().nullable(),
  session: z.string().nullable(),
  user: z.string().nullable(),
  apiKeyId: z.string().nullable(),
  tags: z.string().nullable(),
  dialect: z.enum(dialectIds),
  endpoint: z.string(),
  requestedModel: z.string().nullable(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  routeRule: z.string().nullable(),
  experimentArm: z.string().nullable(),
  status: z.number().int().nullable(),
  errorCode: z.string().nullable(),
  attempts: z.number().int(),
  isStream: z.boolean(),
  isMetered: z.boolean(),
  cacheOutcome: z.enum(cacheOutcomes),
  cacheSimilarity: z.number().nullable(),
  inputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  outputTokens: count,
  reasoningTokens: count,
  isUsageEstimated: z.boolean(),
  costNanoUsd: count,
  inputCostNanoUsd: count,
  cacheReadCostNanoUsd: count,
  cacheWriteCostNanoUsd: count,
  outputCostNanoUsd: count,
  toolsCostNanoUsd: count,
  savedByCacheNanoUsd: count,
  savedByPromptCacheNanoUsd: count,
  savedByOptimisationNanoUsd: count,
  savedByRoutingNanoUsd: count,
  latencyMs: z.number().nullable(),
  timeToFirstByteMs: z.number().nullable(),
  upstreamMs: z.number().nullable(),
});
export type RequestRecord = z.infer<typeof requestRecordSchema>;

export const requestsPageSchema = z.object({
  requests: z.array(requestRecordSchema),
  nextCursor: z.string().nullable(),
});
export type RequestsPage = z.infer<typeof requestsPageSchema>;
