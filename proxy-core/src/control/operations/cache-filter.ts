import type { CacheClear } from '../../contract/control.ts';
import type { CacheFilter } from '../../domain/cached-answer.ts';

/** Without a body the validated value is empty, its defaults not filled in. */
export function cacheFilterOf(clear: Partial<CacheClear>, now: number): CacheFilter {
  const { scope = 'all', value, olderThanSeconds } = clear;
  return {
    ...(scope === 'all' || value === undefined ? {} : { [scope]: value }),
    ...(olderThanSeconds === undefined ? {} : { createdBefore: now - olderThanSeconds * 1000 }),
  };
}
