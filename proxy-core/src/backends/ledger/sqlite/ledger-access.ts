import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../../platform/sqlite/migrate.ts';
import { createStatementCache } from '../../../platform/sqlite/statement-cache.ts';
import { isOpen, ledgerColumns, type LedgerValues } from '../row-codec.ts';

const columns = Object.values(ledgerColumns);

const into = `INTO requests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;

// The last closed row wins, and to replace a row costs a quarter less than to update its columns.
const insertClosed = `INSERT OR REPLACE ${into}`;
// An open row comes late where a batch was sent again: what is closed stays closed.
const insertOpen = `INSERT ${into} ON CONFLICT (started_at, request_id) DO UPDATE SET
  ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE requests.outcome = 'open'`;

/** Works on one open connection; keeps its prepared statements. Throws SQLite's errors. */
export class LedgerAccess {
  readonly #database: DatabaseSync;
  readonly #insertClosed: StatementSync;
  readonly #insertOpen: StatementSync;
  readonly #statement: (sql: string) => StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insertClosed = database.prepare(insertClosed);
    this.#insertOpen = database.prepare(insertOpen);
    this.#statement = createStatementCache(database);
  }

  /** All rows in one transaction, or none. A closed row is not overwritten by a late open one. */
  insert(rows: readonly LedgerValues[]): void {
    inTransaction(this.#database, () => {
      for (const values of rows) {
        (isOpen(values) ? this.#insertOpen : this.#insertClosed).run(...values);
      }
    });
  }

  /** Returns the number of rows changed. */
  change(sql: string, ...parameters: readonly SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  all(sql: string, parameters: readonly SQLInputValue[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...parameters);
  }

  first(sql: string, parameters: readonly SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#statement(sql).get(...parameters);
  }
}

/** Runs something on the ledger's database, whichever connection that is by now. */
export type RunOnLedger = <T>(action: (access: LedgerAccess) => T) => T;
