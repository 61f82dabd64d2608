import type { Ledger } from '../../domain/ledger.ts';

/** A ledger where its rows are, as the store worker keeps it. */
export interface StoreLedger extends Ledger {
  /** `append` for rows that `encodeRows` has written, without making objects of them. */
  appendEncoded(rowsJson: string): Promise<void>;
  /** Deletes rows that are older, now and from time to time; null keeps all. */
  setRetentionDays(days: number | null): void;
  health(): LedgerHealth;
}

export interface LedgerHealth {
  /** `degraded`: rows wait in memory for the medium. `memory`: they are nowhere else. */
  readonly state: 'ok' | 'degraded' | 'memory';
  /** Sentences for people. */
  readonly notices: readonly string[];
}
