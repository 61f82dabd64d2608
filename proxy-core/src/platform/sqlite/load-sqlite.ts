// The embedded database of Node, where there is one.
import type * as sqlite from 'node:sqlite';

export type SqliteModule = typeof sqlite;

/**
 * `node:sqlite`, or null where this Node lacks it (a host's own build, or a flag). The warning that
 * it is experimental is kept from the user, who can do nothing about it; no other warning is.
 */
export function loadSqlite(): SqliteModule | null {
  const emitWarning = process.emitWarning;
  process.emitWarning = (...args: unknown[]): void => {
    if (isSqliteWarning(args)) return;
    Reflect.apply(emitWarning, process, args);
  };
  try {
    return process.getBuiltinModule('node:sqlite') ?? null;
  } catch {
    return null;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isSqliteWarning([warning, type]: unknown[]): boolean {
  return type === 'ExperimentalWarning' && typeof warning === 'string' && /sqlite/i.test(warning);
}
