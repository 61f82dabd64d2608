// Writes what happened: an open row when a request goes upstream, the whole row when it has ended.
// Returns at once; nothing here is in the request's way, and nothing of the prompt is in a row.
import type { CacheOutcome, RequestOutcome } from '../../contract/names.ts';
import type { ForwardEnd, Forwarded, Metered } from '../../domain/answer.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { NanoUsd } from '../../domain/money.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';
import type { Clock } from '../../platform/clock/clock.ts';

/** The ports of this stage: the ledger, and whoever wants to know of ended requests. */
export interface RecordDependencies {
  readonly clock: Clock;
  write(row: LedgerRow): void;
  onClosed(row: LedgerRow): void;
  /** Whether this core, about to end, cuts off what still runs. */
  isCuttingOff(): boolean;
}

/** From whom a fresh answer comes, and why. */
export interface FreshOrigin {
  readonly request: RelayRequest;
  readonly candidate: Candidate;
  readonly routeRule: string;
  readonly cacheOutcome: CacheOutcome;
}

/** How it ended, whole or broken. */
export interface FreshEnd {
  readonly forwarded: Forwarded;
  readonly metered: Metered;
  readonly optimised: { readonly savedNanoUsd: NanoUsd | null };
}

/** An answer that was there already, or on its way to somebody else. */
export interface SavedEnd {
  readonly routeRule: string;
  readonly cacheOutcome: CacheOutcome;
  readonly provider: string;
  readonly model: string | null;
  readonly status: number;
  readonly end: ForwardEnd;
  readonly savedNanoUsd: NanoUsd | null;
}

export interface Record {
  open(origin: FreshOrigin): void;
  fresh(origin: FreshOrigin, end: FreshEnd): void;
  saved(request: RelayRequest, end: SavedEnd): void;
  /** Refused by RelayCore before anything went upstream. */
  failed(request: RelayRequest, error: unknown): void;
}

export function createRecord(dependencies: RecordDependencies): Record {
  const { clock } = dependencies;
  const close = (request: RelayRequest, changes: Partial<LedgerRow>): void => {
    const row: LedgerRow = {
      ...baseRow(request),
      endedAt: clock.now(),
      latencyMs: clock.tick() - request.received.startedTick,
      ...changes,
      // Who is cut off has not left.
      ...(changes.outcome === 'aborted' && dependencies.isCuttingOff() ? interrupted : {}),
    };
    dependencies.write(row);
    dependencies.onClosed(row);
  };
  return {
    open: (origin) => dependencies.write(openRow(origin)),
    fresh: (origin, end) => close(origin.request, freshRow(origin, end)),
    saved: (request, end) => close(request, savedRow(end)),
    failed: (request, error) => close(request, failedRow(error)),
  };
}

const interrupted: Partial<LedgerRow> = { outcome: 'interrupted' };

function baseRow({ received, caller, attribution, fields }: RelayRequest): LedgerRow {
  return {
    requestId: received.requestId,
    startedAt: received.startedAt,
    endedAt: null,
    outcome: 'open',
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
    provider: null,
    model: fields.model,
    routeRule: null,
    experimentArm: null,
    status: null,
    errorCode: null,
    attempts: 0,
    isStream: fields.isStream,
    isMetered: received.endpoint.operation !== 'other',
    cacheOutcome: 'bypass',
    cacheSimilarity: null,
    inputTokens: null,
    cacheReadTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    outputTokens: null,
    reasoningTokens: null,
    isUsageEstimated: false,
    costNanoUsd: null,
    inputCostNanoUsd: null,
    cacheReadCostNanoUsd: null,
    cacheWriteCostNanoUsd: null,
    outputCostNanoUsd: null,
    toolsCostNanoUsd: null,
    savedByCacheNanoUsd: null,
    savedByPromptCacheNanoUsd: null,
    savedByOptimisationNanoUsd: null,
    savedByRoutingNanoUsd: null,
    latencyMs: null,
    timeToFirstByteMs: null,
    upstreamMs: null,
  };
}

function openRow({ request, candidate, routeRule, cacheOutcome }: FreshOrigin): LedgerRow {
  const { provider } = candidate;
  return { ...baseRow(request), provider: provider.id, routeRule, cacheOutcome, attempts: 1 };
}

function freshRow(origin: FreshOrigin, end: FreshEnd): Partial<LedgerRow> {
  const { forwarded, metered } = end;
  return {
    provider: origin.candidate.provider.id,
    model: metered.reading.model ?? origin.candidate.model,
    routeRule: origin.routeRule,
    cacheOutcome: origin.cacheOutcome,
    outcome: outcomeOf(forwarded, metered),
    status: forwarded.status === 0 ? (forwarded.error?.status ?? null) : forwarded.status,
    errorCode: forwarded.error?.code ?? null,
    attempts: forwarded.attempts,
    timeToFirstByteMs: forwarded.timeToFirstByteMs,
    upstreamMs: forwarded.upstreamMs,
    savedByOptimisationNanoUsd: end.optimised.savedNanoUsd,
    ...tokensAndMoney(metered),
  };
}

function tokensAndMoney({ usage, cost, isUsageEstimated }: Metered): Partial<LedgerRow> {
  return {
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
    savedByPromptCacheNanoUsd: cost?.promptCacheSavedNanoUsd ?? null,
  };
}

function outcomeOf(forwarded: Forwarded, { reading, isRead }: Metered): RequestOutcome {
  if (forwarded.end === 'incomplete' && forwarded.status === 0) return 'failed';
  if (forwarded.end !== 'completed') return forwarded.end;
  if (forwarded.status >= 400) return 'failed';
  // A success that carries an error, or lacks its end, is none.
  return isRead && (reading.hasError || !reading.isComplete) ? 'incomplete' : 'completed';
}

/** Nothing was consumed: zero tokens and zero cost are known here, not unknown. */
const nothingConsumed: Partial<LedgerRow> = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0,
};

function savedRow(end: SavedEnd): Partial<LedgerRow> {
  return {
    ...nothingConsumed,
    provider: end.provider,
    model: end.model,
    routeRule: end.routeRule,
    cacheOutcome: end.cacheOutcome,
    outcome: end.status >= 400 ? 'failed' : end.end,
    status: end.status,
    savedByCacheNanoUsd: end.savedNanoUsd,
  };
}

function failedRow(error: unknown): Partial<LedgerRow> {
  const isKnown = error instanceof RelayError;
  return {
    ...nothingConsumed,
    outcome: 'failed',
    status: isKnown ? error.status : 500,
    errorCode: isKnown ? error.code : 'internal',
  };
}
