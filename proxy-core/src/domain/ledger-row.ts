import type { CacheOutcome, DialectId, RequestOutcome } from '../contract/names.ts';
import type { NanoUsd } from './money.ts';

/**
 * One request in the ledger, the same columns in every back end (DESIGN 6.6). Times are epoch
 * milliseconds, durations milliseconds, money nano-US-dollars. Null means unknown, never zero.
 */
export interface LedgerRow {
  readonly requestId: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: RequestOutcome;
  readonly assistant: string | null;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly session: string | null;
  readonly user: string | null;
  readonly apiKeyId: string | null;
  readonly tags: string | null;
  readonly dialect: DialectId;
  readonly endpoint: string;
  readonly requestedModel: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly routeRule: string | null;
  readonly experimentArm: string | null;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly attempts: number;
  readonly isStream: boolean;
  /** False for paths that RelayCore passes through without reading. */
  readonly isMetered: boolean;
  readonly cacheOutcome: CacheOutcome;
  readonly cacheSimilarity: number | null;
  readonly inputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWrite5mTokens: number | null;
  readonly cacheWrite1hTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  /** The token counts are RelayCore's estimate, not the provider's report. */
  readonly isUsageEstimated: boolean;
  /** Null: unknown price or unknown usage. Hits cost 0. */
  readonly costNanoUsd: NanoUsd | null;
  readonly inputCostNanoUsd: NanoUsd | null;
  readonly cacheReadCostNanoUsd: NanoUsd | null;
  readonly cacheWriteCostNanoUsd: NanoUsd | null;
  readonly outputCostNanoUsd: NanoUsd | null;
  readonly toolsCostNanoUsd: NanoUsd | null;
  readonly savedByCacheNanoUsd: NanoUsd | null;
  readonly savedByPromptCacheNanoUsd: NanoUsd | null;
  readonly savedByOptimisationNanoUsd: NanoUsd | null;
  readonly savedByRoutingNanoUsd: NanoUsd | null;
  readonly latencyMs: number | null;
  readonly timeToFirstByteMs: number | null;
  readonly upstreamMs: number | null;
}
