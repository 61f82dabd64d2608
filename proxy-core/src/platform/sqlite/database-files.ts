// The files of one database: SQLite keeps up to three side by side, which belong together.
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const suffixes = ['', '-wal', '-shm'] as const;
const privateMode = 0o600;
const asideMark = '.corrupt-';

/** Creates the file where there is none, and its folder; SQLite gives `-wal` and `-shm` its mode. */
export function createDatabaseFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', privateMode));
  if (process.platform === 'win32') return;
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, privateMode);
}

/** Puts a damaged database out of the way; gives the new path, which nothing had before. */
export function moveDatabaseAside(path: string, now: number): string {
  const name = `${path}${asideMark}${new Date(now).toISOString().replaceAll(':', '-')}`;
  let aside = name;
  for (let count = 2; existsSync(aside); count++) aside = `${name}-${count}`;
  for (const suffix of suffixes) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

export function removeDatabase(path: string): void {
  for (const suffix of suffixes) rmSync(path + suffix, { force: true });
}

/** Removes what `moveDatabaseAside` put aside before, all but the one at `kept`. */
export function removeOlderAsides(path: string, kept: string): void {
  const prefix = basename(path) + asideMark;
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(prefix) && !name.startsWith(basename(kept))) {
      rmSync(join(dirname(path), name), { force: true });
    }
  }
}
