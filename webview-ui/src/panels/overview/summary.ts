import type { UsageSums } from '@relaycore/proxy-core/contract';
import type { Format } from '../../data/format.ts';

/** One number of the day, as it is shown. */
export interface Figure {
  readonly label: string;
  readonly value: string;
  /** What the number is made of, and what it leaves out. */
  readonly notes: readonly string[];
}

/** The figures of the day in the order of their importance. */
export function summarise(
  totals: UsageSums,
  demoRequests: number,
  format: Format,
): readonly Figure[] {
  return [
    costFigure(totals, format),
    savedFigure(totals, format),
    requestsFigure(totals, demoRequests, format),
    hitRateFigure(totals, format),
    tokensFigure(totals, format),
  ];
}

function costFigure(totals: UsageSums, format: Format): Figure {
  const { unpricedRequests, estimatedRequests } = totals;
  return {
    label: 'Cost',
    value: approximately(estimatedRequests > 0) + format.cost(totals.costNanoUsd),
    notes: [
      ...(unpricedRequests > 0
        ? [`+ ${many(unpricedRequests, 'request', format)} of unknown cost`]
        : []),
      ...(estimatedRequests > 0 ? [`${many(estimatedRequests, 'request', format)} estimated`] : []),
    ],
  };
}

function savedFigure(totals: UsageSums, format: Format): Figure {
  const { savedByCacheNanoUsd, savedByPromptCacheNanoUsd } = totals;
  const isNothing = savedByCacheNanoUsd === 0 && savedByPromptCacheNanoUsd === 0;
  return {
    label: 'Saved',
    value: format.cost(savedByCacheNanoUsd + savedByPromptCacheNanoUsd),
    notes: isNothing
      ? ['nothing yet']
      : [
          `${format.cost(savedByCacheNanoUsd)} by RelayCore's cache`,
          `${format.cost(savedByPromptCacheNanoUsd)} by prompt caches`,
        ],
  };
}

function requestsFigure(totals: UsageSums, demoRequests: number, format: Format): Figure {
  const { requests, failedRequests } = totals;
  return {
    label: 'Requests',
    value: format.compact(requests),
    notes: [
      failedRequests === 0 ? 'none failed' : `${format.count(failedRequests)} failed`,
      ...(demoRequests > 0 ? [`${format.count(demoRequests)} to the demo`] : []),
    ],
  };
}

function hitRateFigure(totals: UsageSums, format: Format): Figure {
  const { cacheHits, cacheLookups } = totals;
  if (cacheLookups === 0) {
    return { label: 'Cache hit rate', value: '–', notes: ['nothing was looked up'] };
  }
  return {
    label: 'Cache hit rate',
    value: format.percent(cacheHits / cacheLookups),
    notes: [`${format.count(cacheHits)} of ${many(cacheLookups, 'lookup', format)}`],
  };
}

function tokensFigure(totals: UsageSums, format: Format): Figure {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = totals;
  const input = inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    label: 'Tokens',
    value: approximately(totals.estimatedRequests > 0) + format.compact(input + outputTokens),
    notes: [
      `${format.compact(input)} in, ${format.compact(outputTokens)} out`,
      ...(cacheReadTokens > 0 ? [`${format.compact(cacheReadTokens)} from prompt caches`] : []),
    ],
  };
}

function approximately(isEstimated: boolean): string {
  return isEstimated ? '≈ ' : '';
}

function many(count: number, noun: string, format: Format): string {
  return `${format.count(count)} ${noun}${count === 1 ? '' : 's'}`;
}
