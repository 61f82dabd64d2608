// Ledger rows for tests: a plausible one by default, and only what the test is about said in the test.

import type { LedgerRow } from '../../proxy-core/src/domain/ledger-row.ts';

/** 25 November 2026, noon UTC. */
export const noon: number = Date.UTC(2026, 10, 25, 12);

/** A completed, priced request of 1,000 + 200 tokens for a cent. */
export function aLedgerRow(overrides: Partial<LedgerRow> = {}): LedgerRow {
  const startedAt = overrides.startedAt ?? noon;
  return {
    requestId: `rq_${startedAt.toString(16).padStart(12, '0')}0000000000000000`,
    startedAt,
    endedAt: startedAt + 1500,
    outcome: 'completed',
    assistant: 'claude-code',
    workspace: 'w1',
    branch: 'main',
    session: 's1',
    user: null,
    apiKeyId: 'c_1',
    tags: null,
    dialect: 'anthropic',
    endpoint: 'messages',
    requestedModel: 'claude-sonnet-4-6',
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    routeRule: null,
    experimentArm: null,
    status: 200,
    errorCode: null,
    attempts: 1,
    isStream: true,
    isMetered: true,
    cacheOutcome: 'bypass',
    cacheSimilarity: null,
    inputTokens: 1000,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 200,
    reasoningTokens: 0,
    isUsageEstimated: false,
    costNanoUsd: 10_000_000,
    inputCostNanoUsd: 4_000_000,
    cacheReadCostNanoUsd: 0,
    cacheWriteCostNanoUsd: 0,
    outputCostNanoUsd: 6_000_000,
    toolsCostNanoUsd: 0,
    savedByCacheNanoUsd: 0,
    savedByPromptCacheNanoUsd: 0,
    savedByOptimisationNanoUsd: null,
    savedByRoutingNanoUsd: null,
    latencyMs: 1500.25,
    timeToFirstByteMs: 310.5,
    upstreamMs: 1499,
    ...overrides,
  };
}

/** The same request while it runs. */
export function anOpenLedgerRow(overrides: Partial<LedgerRow> = {}): LedgerRow {
  return aLedgerRow({
    endedAt: null,
    outcome: 'open',
    status: null,
    inputTokens: null,
    cacheReadTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    outputTokens: null,
    reasoningTokens: null,
    costNanoUsd: null,
    inputCostNanoUsd: null,
    cacheReadCostNanoUsd: null,
    cacheWriteCostNanoUsd: null,
    outputCostNanoUsd: null,
    toolsCostNanoUsd: null,
    savedByCacheNanoUsd: null,
    savedByPromptCacheNanoUsd: null,
    latencyMs: null,
    timeToFirstByteMs: null,
    upstreamMs: null,
    ...overrides,
  });
}
