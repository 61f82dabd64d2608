import type {
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
} from '../contract/analytics.ts';
import type { LedgerRow } from './ledger-row.ts';

export type {
  Grouping,
  LedgerFilter,
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
  UsageSums,
} from '../contract/analytics.ts';

/**
 * Takes rows off the request's way: returns at once and never throws. A row is written as `open`
 * when the request goes upstream and again, whole, when it has ended; the last one wins by id.
 */
export interface LedgerWriter {
  write(row: LedgerRow): void;
  /** Resolves when every row given so far is durable, or rejects with why it is not. */
  flush(): Promise<void>;
}

export interface LedgerReader {
  usage(query: UsageQuery): Promise<UsageReport>;
  requests(query: RequestsQuery): Promise<RequestsPage>;
}

/** A ledger back end: synchronous or not, in whatever thread it lives. */
export interface Ledger extends LedgerReader {
  /** Inserts or replaces by request id, in one transaction. */
  append(rows: readonly LedgerRow[]): Promise<void>;
  /**
   * Closes rows left open by a core that died, those that began by `endedAt`: outcome
   * `interrupted`, usage flagged as an estimate. Returns how many.
   */
  closeOrphans(endedAt: number): Promise<number>;
  close(): Promise<void>;
}
