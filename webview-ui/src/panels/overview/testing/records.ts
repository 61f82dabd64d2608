import {
  noUsageSums,
  type RequestRecord,
  type UsageReport,
  type UsageSums,
} from '@relaycore/proxy-core/contract';

/** A completed request to OpenAI as the ledger shows it. */
export function aRequest(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    requestId: 'rq_1',
    startedAt: Date.UTC(2026, 10, 21, 9),
    endedAt: Date.UTC(2026, 10, 21, 9, 0, 1),
    outcome: 'completed',
    assistant: 'codex',
    workspace: null,
    branch: null,
    session: null,
    user: null,
    apiKeyId: 'ct_1',
    tags: null,
    dialect: 'openai',
    endpoint: 'chat.completions',
    requestedModel: 'gpt-5',
    provider: 'openai',
    model: 'gpt-5',
    routeRule: 'home',
    experimentArm: null,
    status: 200,
    errorCode: null,
    attempts: 1,
    isStream: true,
    isMetered: true,
    cacheOutcome: 'miss',
    cacheSimilarity: null,
    inputTokens: 100,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 20,
    reasoningTokens: 0,
    isUsageEstimated: false,
    costNanoUsd: 325_000,
    inputCostNanoUsd: 125_000,
    cacheReadCostNanoUsd: 0,
    cacheWriteCostNanoUsd: 0,
    outputCostNanoUsd: 200_000,
    toolsCostNanoUsd: 0,
    savedByCacheNanoUsd: 0,
    savedByPromptCacheNanoUsd: 0,
    savedByOptimisationNanoUsd: 0,
    savedByRoutingNanoUsd: 0,
    latencyMs: 1000,
    timeToFirstByteMs: 300,
    upstreamMs: 990,
    ...changes,
  };
}

export function someSums(changes: Partial<UsageSums> = {}): UsageSums {
  return { ...noUsageSums, ...changes };
}

export function aReport(changes: Partial<UsageReport> = {}): UsageReport {
  return { from: null, to: null, groupBy: null, totals: someSums(), groups: [], ...changes };
}
