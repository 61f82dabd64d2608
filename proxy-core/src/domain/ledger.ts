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

/** A request that has gone upstream. Its open row is made only if it outlives the next flush. */
export interface Opening {
  readonly hasEnded: boolean;
  /** With outcome `open`. */
  row(): LedgerRow;
}

/**
 * Takes rows off the request's way: returns at once and never throws. A request is announced when it
 * goes upstream and its row written, whole, when it has ended; the last row wins by id.
 */
export interface LedgerWriter {
  announce(opening: Opening): void;
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
