// Files that only their owner may read: written whole or not at all, never with open permissions,
// not even for the moment between creating and narrowing them.
import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const privateMode = 0o600;
const renameAttempts = 10;
const renamePauseMs = 30;

/** What was found at a path; null where there is nothing. */
export interface PrivateFile {
  readonly text: string;
  /** `repaired`: others could read the file until now. `exposed`: they still can. */
  readonly permissions: 'private' | 'repaired' | 'exposed';
}

/** Reads a file and takes others' permissions away. Throws the file system's errors but ENOENT. */
export async function readPrivateFile(path: string): Promise<PrivateFile | null> {
  try {
    const text = await readFile(path, 'utf8');
    return { text, permissions: await narrow(path) };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Creates a file that must not exist yet (else EEXIST), mode 0600 from its first moment. */
export async function createPrivateFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', privateMode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Replaces a file as a whole: a reader sees the old text or the new one, whenever the power fails. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('base64url')}.tmp`,
  );
  try {
    await createPrivateFile(temporary, text);
    await renameOver(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Puts a damaged file out of the way and gives its new path; null where it cannot be moved. */
export async function moveAside(path: string, now: number): Promise<string | null> {
  const aside = `${path}.corrupt-${new Date(now).toISOString().replaceAll(':', '-')}`;
  try {
    await renameOver(path, aside);
    return aside;
  } catch {
    return null;
  }
}

/** Whether an error carries this `code`, as Node's system errors do. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    codes.includes(error.code)
  );
}

async function narrow(path: string): Promise<PrivateFile['permissions']> {
  // Windows keeps no such bits; there the folder's access list protects the file.
  if (process.platform === 'win32') return 'private';
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return 'private';
  try {
    await chmod(path, privateMode);
    return 'repaired';
  } catch {
    return 'exposed';
  }
}

// On Windows a virus scanner or an indexer may hold the target for a moment.
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const mayPass = process.platform === 'win32' && hasCode(error, 'EPERM', 'EACCES', 'EBUSY');
      if (!mayPass || attempt >= renameAttempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, renamePauseMs));
    }
  }
}
