import type { LedgerRow } from '../../domain/ledger-row.ts';

/** How the cache took part since the core started. */
export interface CacheCounters {
  note(row: LedgerRow): void;
  read(): { readonly hits: number; readonly misses: number; readonly coalesced: number };
}

export function createCacheCounters(): CacheCounters {
  const counts = { hits: 0, misses: 0, coalesced: 0 };
  return {
    note({ cacheOutcome }) {
      if (cacheOutcome === 'hit' || cacheOutcome === 'semantic') counts.hits += 1;
      else if (cacheOutcome === 'coalesced') counts.coalesced += 1;
      else if (cacheOutcome === 'miss') counts.misses += 1;
    },
    read: () => ({ ...counts }),
  };
}
