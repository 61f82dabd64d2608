// The host side of the core: data home, leadership, discovery and the two workers. It runs in the main
// thread of `relaycore serve` or of an IDE's extension host, and stays out of every request's way.
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RelayError } from '../domain/relay-error.ts';
import { hasCode } from '../platform/private-file/private-file.ts';

export interface DataHome {
  /** Absolute. */
  readonly dir: string;
  readonly isWritable: boolean;
  /** Sentences for the user. */
  readonly notices: readonly string[];
}

/** The folder that is meant: the one given, else `RELAYCORE_HOME`, else `~/.relaycore`. Absolute. */
export function locateDataHome(
  given: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const named = given ?? environment['RELAYCORE_HOME'] ?? '';
  return named === '' ? join(homedir(), '.relaycore') : resolve(named);
}

/**
 * Makes the folder (0700) where it is missing. One that exists keeps its permissions, since it may be
 * any folder of the user's; every file in it is private by itself. Where the folder cannot be made or
 * written the core still runs, on memory alone. RelayError `storage_failed` where it is no folder.
 */
export async function prepareDataHome(dir: string): Promise<DataHome> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (hasCode(cause, 'EEXIST', 'ENOTDIR')) {
      throw new RelayError(
        'storage_failed',
        `The data folder ${dir} is not a folder. Remove the file, or choose another folder (RELAYCORE_HOME, or --data-dir on the command line).`,
        { cause },
      );
    }
  }
  if (!(await isWritable(dir))) return { dir, isWritable: false, notices: [unwritable(dir)] };
  return { dir, isWritable: true, notices: await othersMayWrite(dir) };
}

async function isWritable(dir: string): Promise<boolean> {
  try {
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function unwritable(dir: string): string {
  return (
    `The data folder ${dir} cannot be written. RelayCore runs, but what it records and caches is ` +
    'kept in memory only, is lost when it stops, and other programs cannot find it. ' +
    'Make the folder writable for this user, or choose another (RELAYCORE_HOME, or --data-dir on the command line).'
  );
}

async function othersMayWrite(dir: string): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const { mode } = await stat(dir);
  if ((mode & 0o022) === 0 || (mode & 0o1000) !== 0) return [];
  return [`Other users may write to the data folder ${dir}. Close it to them: chmod 700 ${dir}`];
}
