import type { LedgerValues } from '../row-codec.ts';

/** Rows that wait for their medium, oldest first, bounded in bytes. */
export class PendingBatches {
  readonly #maxBytes: number;
  readonly #batches: PendingBatch[] = [];
  #bytes = 0;
  #rows = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get rows(): number {
    return this.#rows;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Resolves when the rows are committed; null, and nothing kept, where the bound would be passed. */
  add(rows: readonly LedgerValues[]): Promise<void> | null {
    const bytes = rows.reduce((sum, values) => sum + estimateBytes(values), 0);
    if (this.#bytes + bytes > this.#maxBytes) return null;
    this.#bytes += bytes;
    this.#rows += rows.length;
    return new Promise((resolve, reject) => {
      this.#batches.push({ rows, bytes, resolve, reject });
    });
  }

  /** Commits one batch after the other; stops at the first that throws, and throws that. */
  drain(commit: (rows: readonly LedgerValues[]) => void): void {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      commit(batch.rows);
      this.#batches.shift();
      this.#bytes -= batch.bytes;
      this.#rows -= batch.rows.length;
      batch.resolve();
    }
  }

  /** Gives all up. */
  reject(error: Error): void {
    for (const batch of this.#batches.splice(0)) batch.reject(error);
    this.#bytes = 0;
    this.#rows = 0;
  }
}

interface PendingBatch {
  readonly rows: readonly LedgerValues[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** About what V8 holds for a row: slots, numbers and strings. */
function estimateBytes(values: LedgerValues): number {
  let bytes = 64 + values.length * 16;
  for (const value of values) if (typeof value === 'string') bytes += 24 + value.length;
  return bytes;
}
