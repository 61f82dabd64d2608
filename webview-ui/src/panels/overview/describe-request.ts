import type { RequestRecord } from '@relaycore/proxy-core/contract';
import type { Format } from '../../data/format.ts';
import type { BadgeTone } from '../../elements/badge.ts';
import { isDemo } from './demo.ts';

/** `running` and `bad` are also marked by a dot of another shape. */
export type ResultTone = 'running' | 'good' | 'left' | 'bad';

export interface RequestResult {
  readonly text: string;
  readonly tone: ResultTone;
  readonly title: string;
}

export function describeResult(request: RequestRecord): RequestResult {
  const { outcome, status, errorCode } = request;
  const code = status === null ? '' : `${status} `;
  switch (outcome) {
    case 'open':
      return { text: 'running', tone: 'running', title: 'Not ended yet.' };
    case 'completed':
      return { text: `${code}ok`, tone: 'good', title: 'Answered whole.' };
    case 'aborted':
      return { text: 'cancelled', tone: 'left', title: 'The client left before the end.' };
    case 'failed':
      return { text: code + (errorCode ?? 'failed'), tone: 'bad', title: 'Ended with an error.' };
    case 'incomplete':
      return {
        text: errorCode ?? 'cut off',
        tone: 'bad',
        title: 'The provider cut the stream or reported an error in it.',
      };
    case 'interrupted':
      return { text: 'interrupted', tone: 'bad', title: 'The core ended meanwhile.' };
  }
}

export interface CacheLabel {
  readonly text: string;
  readonly tone: BadgeTone;
  readonly title: string;
}

/** Null where the cache was not asked. */
export function describeCache(request: RequestRecord): CacheLabel | null {
  switch (request.cacheOutcome) {
    case 'hit':
      return { text: 'hit', tone: 'good', title: "Answered from RelayCore's cache." };
    case 'semantic':
      return {
        text: 'similar',
        tone: 'good',
        title: 'Answered from the cache: a similar question.',
      };
    case 'coalesced':
      return { text: 'joined', tone: 'good', title: 'Joined an identical request in flight.' };
    case 'miss':
      return { text: 'miss', tone: 'plain', title: 'Looked up in the cache, not found.' };
    case 'bypass':
      return null;
  }
}

export interface CostLabel {
  readonly text: string;
  readonly isUnknown: boolean;
  readonly title: string;
}

export function describeCost(request: RequestRecord, format: Format): CostLabel {
  const { costNanoUsd, savedByCacheNanoUsd } = request;
  if (request.outcome === 'open') return { text: '…', isUnknown: false, title: 'Not known yet.' };
  if (costNanoUsd === null) {
    if (request.outcome === 'failed' && request.provider === null) {
      return { text: '–', isUnknown: false, title: 'It reached no provider.' };
    }
    if (!request.isMetered) {
      return { text: 'not metered', isUnknown: true, title: 'RelayCore does not read this path.' };
    }
    const title = 'The model has no known price, or the provider did not report its usage.';
    return { text: 'unknown', isUnknown: true, title };
  }
  const mark = request.isUsageEstimated ? '≈ ' : '';
  const text = mark + format.costInColumn(costNanoUsd);
  return { text, isUnknown: false, title: costTitle(request, savedByCacheNanoUsd, format) };
}

function costTitle(request: RequestRecord, savedNanoUsd: number | null, format: Format): string {
  if (isDemo(request.provider)) return 'The demo provider costs nothing.';
  const notes = [
    ...(request.isUsageEstimated ? ['Estimated: the provider reported no usage.'] : []),
    ...(savedNanoUsd !== null && savedNanoUsd > 0
      ? [`The cache saved ${format.cost(savedNanoUsd)}.`]
      : []),
  ];
  return notes.join(' ');
}

/** All input tokens, whether from a prompt cache or not; null where unknown. */
export function inputTokensOf(request: RequestRecord): number | null {
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = request;
  if (inputTokens === null) return null;
  return (
    inputTokens + (cacheReadTokens ?? 0) + (cacheWrite5mTokens ?? 0) + (cacheWrite1hTokens ?? 0)
  );
}
