import type { UsageSums } from '../contract/analytics.ts';

/** Hits among the requests that the cache was asked about, 0 to 1; null where there was none. */
export function hitRateOf({
  cacheHits,
  cacheLookups,
}: Pick<UsageSums, 'cacheHits' | 'cacheLookups'>): number | null {
  return cacheLookups === 0 ? null : cacheHits / cacheLookups;
}
