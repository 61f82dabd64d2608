import type { UsageSums } from '@relaycore/proxy-core/contract';

/** What stands behind one line of the break-down; null: the requests without a name. */
export interface UsageShare {
  readonly name: string | null;
  readonly sums: UsageSums;
}

/** The usage of the user's own day so far. */
export interface DayUsage {
  readonly totals: UsageSums;
  /** Dearest first. */
  readonly byModel: readonly UsageShare[];
  readonly byAssistant: readonly UsageShare[];
}

/** What the cache does with requests now; null: not known yet. */
export type CacheMode = 'on' | 'off' | null;

export const noUsage: UsageSums = {
  requests: 0,
  failedRequests: 0,
  cacheHits: 0,
  cacheLookups: 0,
  unpricedRequests: 0,
  estimatedRequests: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0,
  savedByCacheNanoUsd: 0,
  savedByPromptCacheNanoUsd: 0,
};
