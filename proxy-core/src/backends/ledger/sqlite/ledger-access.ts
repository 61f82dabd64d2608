import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../../platform/sqlite/migrate.ts';
import { ledgerColumns, type LedgerValues } from '../row-codec.ts';

const columns = Object.values(ledgerColumns);
const maxStatements = 100;

const upsert = `
INSERT INTO requests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
ON CONFLICT (started_at, request_id) DO UPDATE SET
${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
WHERE excluded.outcome <> 'open' OR requests.outcome = 'open'`;

/** Works on one open connection; keeps its prepared statements. Throws SQLite's errors. */
export class LedgerAccess {
  readonly #database: DatabaseSync;
  readonly #upsert: StatementSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#upsert = database.prepare(upsert);
  }

  /** All rows in one transaction, or none. A closed row is not overwritten by a late open one. */
  insert(rows: readonly LedgerValues[]): void {
    inTransaction(this.#database, () => {
      for (const values of rows) this.#upsert.run(...values);
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

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= maxStatements) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Runs something on the ledger's database, whichever connection that is by now. */
export type RunOnLedger = <T>(action: (access: LedgerAccess) => T) => T;
