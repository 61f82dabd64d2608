import { noUsage, type Usage } from '../../domain/usage.ts';
import type { Cost } from '../../domain/money.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';
import { inputTokensOf } from './estimate-usage.ts';
import type { Pricing } from './meter.ts';

/** What a request that is cut off will be said to have cost: nobody can ask the provider any more. */
export interface RequestEstimate {
  readonly usage: Usage | null;
  readonly isUsageEstimated: boolean;
  readonly cost: Pick<Cost, 'totalNanoUsd' | 'inputNanoUsd'> | null;
}

/** The input alone, by its bytes; of what was generated until then only the process knew. */
export function estimateRequest(
  pricing: Pricing,
  request: RelayRequest,
  candidate: Candidate,
): RequestEstimate {
  const { operation } = request.received.endpoint;
  if (operation === 'other' || candidate.model === null) {
    return { usage: null, isUsageEstimated: true, cost: null };
  }
  const isBilled = operation === 'generate' || operation === 'embed';
  if (candidate.provider.isFree || !isBilled) {
    return { usage: noUsage, isUsageEstimated: true, cost: { totalNanoUsd: 0, inputNanoUsd: 0 } };
  }
  const usage = { ...noUsage, inputTokens: inputTokensOf(request) };
  const cost = pricing.costOf(usage, {
    provider: candidate.provider.id,
    priceProviderId: candidate.provider.priceProviderId,
    model: candidate.model,
    serviceTier: null,
    at: request.received.startedAt,
  });
  return { usage, isUsageEstimated: true, cost };
}
