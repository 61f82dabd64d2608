// Apart from the schemas, so that whoever only adds up does not load zod.
import type { UsageSums } from './analytics.ts';

/** The sums of no request at all. */
export const noUsageSums: Readonly<UsageSums> = {
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
