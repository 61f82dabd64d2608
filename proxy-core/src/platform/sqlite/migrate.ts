import type { DatabaseSync } from 'node:sqlite';

export type MigrationResult =
  | { readonly kind: 'migrated'; readonly steps: number }
  /** Written by a newer program; nothing was touched. */
  | { readonly kind: 'newer'; readonly found: number; readonly known: number };

/**
 * Brings a schema forward. `migrations[n]` leads from version n to n + 1, each in a transaction of
 * its own; the version stands in `PRAGMA user_version`. There is no way back.
 */
export function migrate(database: DatabaseSync, migrations: readonly string[]): MigrationResult {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found > migrations.length) return { kind: 'newer', found, known: migrations.length };
  const steps = migrations.slice(found);
  for (const [index, step] of steps.entries()) {
    inTransaction(database, () => {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${found + index + 1}`);
    });
  }
  return { kind: 'migrated', steps: steps.length };
}

/** All or nothing of what `action` does. */
export function inTransaction<T>(database: DatabaseSync, action: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** SQLite ends the transaction by itself on some errors; then there is nothing to roll back. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // The error that led here says more.
  }
}
