import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';

const lossReportMs = 60_000;

type Send = (rowsJson: string) => Promise<void>;

interface Batch {
  readonly rowsJson: string;
  readonly rows: number;
  /** Where it was last sent; null while there is no store. */
  sentTo: Send | null;
}

/**
 * Batches that the store has not confirmed. They are sent again to each new store, and bounded in
 * bytes: as a last resort the oldest are given up, counted and logged.
 */
export class UnacknowledgedBatches {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxBytes: number;
  /** In the order in which they were added. */
  readonly #batches = new Set<Batch>();
  #send: Send | null = null;
  #bytes = 0;
  #lostRows = 0;
  #lossReportedAt = Number.NEGATIVE_INFINITY;
  #lastFailure: Error | null = null;
  #waiting: (() => void)[] = [];

  constructor(
    { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
    { maxBytes }: { readonly maxBytes: number },
  ) {
    this.#clock = clock;
    this.#logger = logger;
    this.#maxBytes = maxBytes;
  }

  get rows(): number {
    let rows = 0;
    for (const batch of this.#batches) rows += batch.rows;
    return rows;
  }

  get lostRows(): number {
    return this.#lostRows;
  }

  add(rowsJson: string, rows: number): void {
    const batch: Batch = { rowsJson, rows, sentTo: null };
    this.#batches.add(batch);
    this.#bytes += rowsJson.length;
    this.#giveUpOldest();
    if (this.#send !== null && this.#batches.has(batch)) void this.#deliver(batch, this.#send);
  }

  /** Sends all there is to this store, and what is added later; null: nothing can be sent. */
  sendTo(send: Send | null): void {
    this.#send = send;
    if (send === null) return;
    for (const batch of this.#batches) void this.#deliver(batch, send);
  }

  /** Resolves when nothing is unconfirmed; rejects where rows were lost since the last time. */
  async settled(): Promise<void> {
    while (this.#batches.size > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const failure = this.#lastFailure;
    this.#lastFailure = null;
    if (failure !== null) throw failure;
  }

  async #deliver(batch: Batch, send: Send): Promise<void> {
    batch.sentTo = send;
    try {
      await send(batch.rowsJson);
      this.#remove(batch);
    } catch (error) {
      // A store that has gone takes nothing with it: the batch waits for the next one.
      if (batch.sentTo !== send || this.#send !== send || isConnectionLoss(error)) return;
      if (this.#batches.has(batch)) this.#countLoss(batch.rows, asError(error));
      this.#remove(batch);
    }
  }

  #remove(batch: Batch): void {
    if (!this.#batches.delete(batch)) return;
    this.#bytes -= batch.rowsJson.length;
    if (this.#batches.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #giveUpOldest(): void {
    for (const batch of this.#batches) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#countLoss(batch.rows, new Error('too many rows wait for the store'));
      this.#remove(batch);
    }
  }

  #countLoss(rows: number, error: Error): void {
    this.#lostRows += rows;
    this.#lastFailure = error;
    const now = this.#clock.now();
    if (now - this.#lossReportedAt < lossReportMs) return;
    this.#lossReportedAt = now;
    const { lostRows } = this;
    this.#logger.error({ error, lostRows }, 'Ledger rows are lost: the store does not take them.');
  }
}

function isConnectionLoss(error: unknown): boolean {
  return error instanceof RelayError && error.code === 'shutting_down';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The store refused the rows.');
}
