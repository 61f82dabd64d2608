// What is counted of requests that have ended, in batches beside the request's way.
import type { ProviderStatus } from '../../contract/control.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { createCacheCounters } from './cache-counters.ts';
import { createProviderWatch } from './provider-watch.ts';

export interface EndedRequests {
  note(row: LedgerRow): void;
  cacheCounts(): { readonly hits: number; readonly misses: number; readonly coalesced: number };
  providerStatus(providerId: string): ProviderStatus;
  /** Counts what has ended until now, before somebody looks. */
  settle(): void;
  close(): void;
}

const intervalMs = 250;
/** Between two rounds; past it rows are counted at once. */
const maxPending = 2000;

export function createEndedRequests(
  clock: Clock,
  record: (rows: readonly LedgerRow[]) => void,
): EndedRequests {
  const counters = createCacheCounters();
  const watch = createProviderWatch();
  let pending: LedgerRow[] = [];
  const settle = (): void => {
    if (pending.length === 0) return;
    const rows = pending;
    pending = [];
    for (const row of rows) {
      counters.note(row);
      watch.note(row);
    }
    record(rows);
  };
  const stop = clock.every(intervalMs, settle);
  return {
    note(row) {
      pending.push(row);
      if (pending.length >= maxPending) settle();
    },
    cacheCounts() {
      settle();
      return counters.read();
    },
    providerStatus(providerId) {
      settle();
      return watch.statusOf(providerId);
    },
    settle,
    close: stop,
  };
}
