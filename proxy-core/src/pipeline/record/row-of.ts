import type { CacheOutcome, RequestOutcome } from '../../contract/names.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { Cost, NanoUsd } from '../../domain/money.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import { noUsage, type Usage } from '../../domain/usage.ts';

/** What is known of a request beyond the request itself. Null: unknown, or not so far. */
export interface RowEnd {
  readonly outcome: RequestOutcome;
  readonly endedAt: number | null;
  readonly latencyMs: number | null;
  readonly timeToFirstByteMs: number | null;
  readonly upstreamMs: number | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly routeRule: string | null;
  readonly cacheOutcome: CacheOutcome;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly attempts: number;
  readonly consumed: Consumed;
  readonly savedByCacheNanoUsd: NanoUsd | null;
  readonly savedByOptimisationNanoUsd: NanoUsd | null;
}

export interface Consumed {
  readonly usage: Usage | null;
  readonly isUsageEstimated: boolean;
  readonly cost: (Pick<Cost, 'totalNanoUsd'> & Partial<Cost>) | null;
}

/** Zero tokens and zero cost are known here, not unknown. */
export const nothingConsumed: Consumed = {
  usage: noUsage,
  isUsageEstimated: false,
  cost: { totalNanoUsd: 0 },
};

/**
 * The row. One literal with every column in one order, because objects of so many members that are
 * spread together cost more than the rest of the recording.
 */
// oxlint-disable-next-line max-lines-per-function -- a table: one line a column
export function rowOf(request: RelayRequest, end: RowEnd): LedgerRow {
  const { received, caller, attribution, fields } = request;
  const { usage, cost, isUsageEstimated } = end.consumed;
  return {
    requestId: received.requestId,
    startedAt: received.startedAt,
    endedAt: end.endedAt,
    outcome: end.outcome,
    assistant: attribution.assistant,
    workspace: attribution.workspace,
    branch: attribution.branch,
    session: attribution.session,
    user: attribution.user,
    apiKeyId: caller.tokenId ?? caller.identity,
    tags: attribution.tags,
    dialect: received.dialect.id,
    endpoint: received.endpoint.id,
    requestedModel: fields.model,
    provider: end.provider,
    model: end.model,
    routeRule: end.routeRule,
    experimentArm: null,
    status: end.status,
    errorCode: end.errorCode,
    attempts: end.attempts,
    isStream: fields.isStream,
    isMetered: received.endpoint.operation !== 'other',
    cacheOutcome: end.cacheOutcome,
    cacheSimilarity: null,
    inputTokens: usage?.inputTokens ?? null,
    cacheReadTokens: usage?.cacheReadTokens ?? null,
    cacheWrite5mTokens: usage?.cacheWrite5mTokens ?? null,
    cacheWrite1hTokens: usage?.cacheWrite1hTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    isUsageEstimated,
    costNanoUsd: cost?.totalNanoUsd ?? null,
    inputCostNanoUsd: cost?.inputNanoUsd ?? null,
    cacheReadCostNanoUsd: cost?.cacheReadNanoUsd ?? null,
    cacheWriteCostNanoUsd: cost?.cacheWriteNanoUsd ?? null,
    outputCostNanoUsd: cost?.outputNanoUsd ?? null,
    toolsCostNanoUsd: cost?.toolsNanoUsd ?? null,
    savedByCacheNanoUsd: end.savedByCacheNanoUsd,
    savedByPromptCacheNanoUsd: cost?.promptCacheSavedNanoUsd ?? null,
    savedByOptimisationNanoUsd: end.savedByOptimisationNanoUsd,
    savedByRoutingNanoUsd: null,
    latencyMs: microseconds(end.latencyMs),
    timeToFirstByteMs: microseconds(end.timeToFirstByteMs),
    upstreamMs: microseconds(end.upstreamMs),
  };
}

/** Milliseconds to the microsecond: more digits say nothing and travel through two threads. */
function microseconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds * 1000) / 1000;
}
