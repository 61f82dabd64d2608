import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';
import { classifySqliteError } from '../../../platform/sqlite/sqlite-fault.ts';
import type { LedgerValues } from '../row-codec.ts';
import { PendingBatches } from './pending-batches.ts';

const firstRetryMs = 500;
const maxRetryMs = 30_000;
/** A connection may remember an error that the medium has got over. */
const retriesAConnection = 3;
const lossReportMs = 60_000;

export interface DurableWriterDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Commits rows, all or none; throws what SQLite throws. No rows: only sees that it could. */
  readonly insert: (rows: readonly LedgerValues[]) => void;
  /** Drops the connection; the next `insert` makes a new one. */
  readonly reconnect: () => void;
}

export interface DurableWriterOptions {
  readonly maxPendingBytes: number;
}

/** Why nothing can be written at present, and how many rows wait. */
export interface WriteTrouble {
  readonly reason: string;
  readonly rows: number;
}

/**
 * Writes at once while the medium works. When it does not (a full disk), rows wait in memory within
 * a bound and are tried again, with growing pauses, until they are written.
 */
export class DurableWriter {
  readonly #dependencies: DurableWriterDependencies;
  readonly #pending: PendingBatches;
  #trouble: string | null = null;
  #cancelRetry: () => void = () => {};
  #lostRows = 0;
  #lossReportedAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: DurableWriterDependencies, options: DurableWriterOptions) {
    this.#dependencies = dependencies;
    this.#pending = new PendingBatches(options.maxPendingBytes);
  }

  /** Null while all is well. */
  get trouble(): WriteTrouble | null {
    return this.#trouble === null ? null : { reason: this.#trouble, rows: this.#pending.rows };
  }

  /** Resolves when the rows are committed; rejects with `storage_failed` when they never will be. */
  append(rows: readonly LedgerValues[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    if (this.#trouble === null) {
      try {
        this.#insert(rows);
        return Promise.resolve();
      } catch (error) {
        this.suspend(error);
      }
    }
    return this.#pending.add(rows) ?? this.#refuse(rows.length);
  }

  /** Rows wait from now on, until a retry succeeds. */
  suspend(error: unknown): void {
    this.#trouble = messageOf(error);
    const message = 'The ledger cannot be written. Rows wait in memory and are tried again.';
    this.#dependencies.logger.error({ error }, message);
    this.#retryLater(firstRetryMs, 1);
  }

  /** A last try for the rows that wait. */
  close(): void {
    this.#cancelRetry();
    try {
      this.#pending.drain((rows) => this.#insert(rows));
    } catch (error) {
      const { rows } = this.#pending;
      this.#dependencies.logger.error({ error, rows }, 'The ledger closes without rows that wait.');
      const message = `${rows} ledger rows were lost: ${messageOf(error)}.`;
      this.#pending.reject(new RelayError('storage_failed', message, { cause: error }));
    }
  }

  #retryLater(delayMs: number, attempt: number): void {
    const cancel = this.#dependencies.clock.every(delayMs, () => {
      cancel();
      this.#retry(delayMs, attempt);
    });
    this.#cancelRetry = cancel;
  }

  #retry(delayMs: number, attempt: number): void {
    const { rows } = this.#pending;
    try {
      this.#dependencies.insert([]);
      this.#pending.drain((batch) => this.#insert(batch));
      this.#trouble = null;
      this.#dependencies.logger.info({ rows }, 'The ledger is written again; the rows are safe.');
    } catch (error) {
      this.#trouble = messageOf(error);
      if (attempt % retriesAConnection === 0) this.#dependencies.reconnect();
      this.#retryLater(Math.min(delayMs * 2, maxRetryMs), attempt + 1);
    }
  }

  #insert(rows: readonly LedgerValues[]): void {
    try {
      this.#dependencies.insert(rows);
    } catch (error) {
      if (classifySqliteError(error) !== 'other') throw error;
      this.#insertSingly(rows, error);
    }
  }

  /** One row that SQLite refuses must not take the others of its batch with it. */
  #insertSingly(rows: readonly LedgerValues[], cause: unknown): void {
    let refused = 0;
    for (const values of rows) {
      try {
        this.#dependencies.insert([values]);
      } catch (error) {
        if (classifySqliteError(error) !== 'other') throw error;
        refused += 1;
      }
    }
    const fields = { error: cause, rows: refused };
    this.#dependencies.logger.error(fields, 'The ledger left out rows that are malformed.');
  }

  #refuse(rows: number): Promise<never> {
    this.#lostRows += rows;
    const now = this.#dependencies.clock.now();
    if (now - this.#lossReportedAt >= lossReportMs) {
      this.#lossReportedAt = now;
      const lostRows = this.#lostRows;
      this.#dependencies.logger.error({ lostRows }, 'Ledger rows are lost: too many wait.');
    }
    const message = `${rows} ledger rows were lost: too many wait for the disk.`;
    return Promise.reject(new RelayError('storage_failed', message));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
