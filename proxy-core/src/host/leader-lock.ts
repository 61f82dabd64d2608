import { constants } from 'node:fs';
import { access, open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { hasCode } from '../platform/private-file/private-file.ts';

const databaseBusy = 5;
const notADatabase = 26;

/** A lock in the data home. The system gives it back when its holder dies, however. */
export interface LeaderLock {
  release(): void;
}

export type LockAttempt =
  | { readonly kind: 'acquired'; readonly lock: LeaderLock }
  | { readonly kind: 'taken' }
  /** There can be no lock here: folder not writable, or this host has no SQLite. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * `leader`: who serves, and writes in the data home. `standby`: the follower that is ready to take
 * over. `drain`: a leader that has let go of the lead and ends its last streams.
 */
export type LockName = 'leader' | 'standby' | 'drain';

/** Tries for the lead, without waiting. */
export function tryLeaderLock(dataDir: string): Promise<LockAttempt> {
  return tryLock(dataDir, 'leader');
}

/**
 * Tries for the exclusive lock on `<data home>/NAME.db`, without waiting. Nothing but SQLite may open
 * that file, for on POSIX any other descriptor of it that a process closes drops all of its locks.
 */
export async function tryLock(dataDir: string, name: LockName): Promise<LockAttempt> {
  const path = join(dataDir, `${name}.db`);
  const sqlite = await import('node:sqlite').catch(() => null);
  if (sqlite === null) return { kind: 'unavailable', reason: 'this Node.js has no node:sqlite' };
  // SQLite opens a file that it may not write for reading and then "locks" it without a lock.
  if (!(await mayWrite(dataDir, path))) {
    return { kind: 'unavailable', reason: `${path} cannot be written` };
  }
  for (let attempt = 1; ; attempt++) {
    const outcome = tryOnce(() => new sqlite.DatabaseSync(path));
    if (outcome !== 'damaged') return outcome;
    if (attempt > 1) return { kind: 'unavailable', reason: `${path} is damaged` };
    await empty(path);
  }
}

function tryOnce(connect: () => DatabaseSync): LockAttempt | 'damaged' {
  let database: DatabaseSync | null = null;
  try {
    database = connect();
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return { kind: 'acquired', lock: createLock(database) };
  } catch (error) {
    database?.close();
    const code = sqliteCode(error);
    if (code === databaseBusy) return { kind: 'taken' };
    if (code === notADatabase) return 'damaged';
    const reason = error instanceof Error ? error.message : 'SQLite failed';
    return { kind: 'unavailable', reason };
  }
}

function createLock(database: DatabaseSync): LeaderLock {
  let isHeld = true;
  return {
    release() {
      if (isHeld) database.close();
      isHeld = false;
    },
  };
}

function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  // Extended codes keep the primary one in their low byte.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

async function mayWrite(dataDir: string, path: string): Promise<boolean> {
  try {
    await access(dataDir, constants.W_OK);
    await access(path, constants.R_OK | constants.W_OK).catch((error: unknown) =>
      createMissing(path, error),
    );
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes a damaged file good again: it holds no data. In place, because of two processes that saw the
 * damage the second would remove the file that the first has made anew and locked, and lock another.
 * Where it fails the file is still damaged.
 */
async function empty(path: string): Promise<void> {
  try {
    // What is empty has been mended, and may be locked by this very process.
    if ((await stat(path)).size > 0) await truncate(path);
  } catch {
    // Not ours to write, or locked on Windows.
  }
}

/** Private, whatever the process's umask: in an IDE it is not ours to set. */
async function createMissing(path: string, error: unknown): Promise<void> {
  if (!hasCode(error, 'ENOENT')) throw error;
  // With `x` no descriptor of a file that exists is ever opened, and closed.
  const file = await open(path, 'wx', 0o600).catch((failure: unknown) => {
    if (!hasCode(failure, 'EEXIST')) throw failure;
    return null;
  });
  await file?.close();
}
