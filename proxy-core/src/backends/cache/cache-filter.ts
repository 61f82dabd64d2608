import type { CachedAnswer, CacheFilter } from '../../domain/cached-answer.ts';

/** Whether the filter means this entry. */
export function isMeantBy(filter: CacheFilter, answer: CachedAnswer): boolean {
  return (
    (filter.workspace === undefined || filter.workspace === answer.workspace) &&
    (filter.model === undefined || filter.model === answer.model) &&
    (filter.provider === undefined || filter.provider === answer.provider) &&
    (filter.createdBefore === undefined || answer.createdAt < filter.createdBefore)
  );
}
