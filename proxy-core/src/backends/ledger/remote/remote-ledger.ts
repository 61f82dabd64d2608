// The relay's side of the ledger: collects rows and hands them to the store in batches.
import type {
  LedgerReader,
  LedgerWriter,
  Opening,
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
} from '../../../domain/ledger.ts';
import type { LedgerRow } from '../../../domain/ledger-row.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';
import { encodeRows } from '../row-codec.ts';
import { UnacknowledgedBatches } from './unacknowledged-batches.ts';

/** What the store does for a ledger that lives elsewhere. Rejects with `shutting_down` once it has gone. */
export interface LedgerStoreCalls {
  /** `rowsJson`: from `encodeRows`. Resolves once durable; rejects when that will never be. */
  appendRows(rowsJson: string): Promise<void>;
  usage(query: UsageQuery): Promise<UsageReport>;
  requests(query: RequestsQuery): Promise<RequestsPage>;
}

export interface RemoteLedgerDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RemoteLedgerOptions {
  /** The longest that a row stays in this thread alone, and so is lost by `kill -9`. Default: 100. */
  readonly flushIntervalMs?: number;
  /** So many rows go at once, before the interval is over. Default: 200. */
  readonly maxBatchRows?: number;
  /** Bound on what the store has not confirmed; beyond it the oldest rows are lost. Default: 32 MiB. */
  readonly maxUnacknowledgedBytes?: number;
  /** How long `flush` waits for the store. Default: 5000. */
  readonly flushTimeoutMs?: number;
}

export interface RemoteLedger extends LedgerWriter, LedgerReader {
  /** Begins with a store, or goes over to a restarted one: what it has not confirmed is sent again. */
  attach(store: LedgerStoreCalls): void;
  /** The store is gone; rows wait for the next one. */
  detach(): void;
  /** Rows that the store has not confirmed. */
  readonly queuedRows: number;
  /** Rows given up since the start. */
  readonly lostRows: number;
  /** Flushes, as far as that can be, and stops the timer. Later rows are dropped. */
  close(): Promise<void>;
}

export function createRemoteLedger(
  dependencies: RemoteLedgerDependencies,
  options: RemoteLedgerOptions = {},
): RemoteLedger {
  return new RelayLedger(dependencies, options);
}

class RelayLedger implements RemoteLedger {
  readonly #clock: Clock;
  readonly #flushIntervalMs: number;
  readonly #maxBatchRows: number;
  readonly #flushTimeoutMs: number;
  readonly #batches: UnacknowledgedBatches;
  #collected: LedgerRow[] = [];
  /** Requests that began since the last flush; most have ended by the next. */
  #openings: Opening[] = [];
  #store: LedgerStoreCalls | null = null;
  #cancelTimer: (() => void) | null = null;
  #isClosed = false;

  constructor({ clock, logger }: RemoteLedgerDependencies, options: RemoteLedgerOptions) {
    this.#clock = clock;
    this.#flushIntervalMs = options.flushIntervalMs ?? 100;
    this.#maxBatchRows = options.maxBatchRows ?? 200;
    this.#flushTimeoutMs = options.flushTimeoutMs ?? 5000;
    this.#batches = new UnacknowledgedBatches(
      { clock, logger },
      { maxBytes: options.maxUnacknowledgedBytes ?? 32 * 1024 * 1024 },
    );
  }

  get queuedRows(): number {
    return this.#collected.length + this.#batches.rows;
  }

  get lostRows(): number {
    return this.#batches.lostRows;
  }

  announce(opening: Opening): void {
    if (this.#isClosed) return;
    this.#openings.push(opening);
    this.#startTimer();
  }

  write(row: LedgerRow): void {
    if (this.#isClosed) return;
    this.#collected.push(row);
    if (this.#collected.length >= this.#maxBatchRows) this.#send();
    else this.#startTimer();
  }

  async flush(): Promise<void> {
    this.#send();
    const { promise: timeout, reject } = Promise.withResolvers<never>();
    const cancel = this.#clock.every(this.#flushTimeoutMs, () => {
      const message = `${this.queuedRows} ledger rows are not on disk yet.`;
      reject(new RelayError('storage_failed', message));
    });
    try {
      await Promise.race([this.#batches.settled(), timeout]);
    } finally {
      cancel();
    }
  }

  async usage(query: UsageQuery): Promise<UsageReport> {
    return await this.#upToDateStore().usage(query);
  }

  async requests(query: RequestsQuery): Promise<RequestsPage> {
    return await this.#upToDateStore().requests(query);
  }

  attach(store: LedgerStoreCalls): void {
    this.#store = store;
    this.#batches.sendTo((rowsJson) => store.appendRows(rowsJson));
  }

  detach(): void {
    this.#store = null;
    this.#batches.sendTo(null);
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.#isClosed = true;
      this.#stopTimer();
      this.detach();
    }
  }

  /** Calls arrive in order, so that a query sees the rows that were handed over before it. */
  #upToDateStore(): LedgerStoreCalls {
    this.#send();
    if (this.#store !== null) return this.#store;
    throw new RelayError('storage_failed', 'The ledger is being restarted. Ask again.');
  }

  #send(): void {
    this.#stopTimer();
    const rows = this.#collected;
    for (const opening of this.#openings) if (!opening.hasEnded) rows.push(opening.row());
    this.#openings = [];
    if (rows.length === 0) return;
    this.#collected = [];
    this.#batches.add(encodeRows(rows), rows.length);
  }

  #startTimer(): void {
    this.#cancelTimer ??= this.#clock.every(this.#flushIntervalMs, () => this.#send());
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
