import type { DatabaseSync, StatementSync } from 'node:sqlite';

const maxStatements = 100;

/** Prepared statements of one connection by their text: to prepare one costs more than to run it. */
export function createStatementCache(database: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= maxStatements) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}
