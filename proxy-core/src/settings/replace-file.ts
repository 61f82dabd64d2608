import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const renameAttempts = 10;
const renamePauseMs = 30;

/**
 * Replaces a text file as a whole: a reader sees the old text or the new one. A symbolic link
 * stays one and its target is replaced; mode and, where possible, owner stay. A new file is for
 * the user alone. Throws the file system's errors.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await targetOf(path);
  const before = await stat(target).catch(() => null);
  const mode = before === null ? 0o600 : before.mode & 0o777;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const temporary = join(
    dirname(target),
    `.${basename(target)}.${randomBytes(6).toString('base64url')}.tmp`,
  );
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // The mode at creation is narrowed by the umask.
    await chmod(temporary, mode);
    if (before !== null) await chown(temporary, before.uid, before.gid).catch(() => undefined);
    await renameOver(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

// The user may keep the file in a repository of dotfiles and link to it.
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await readlink(path).catch(() => null);
    return link === null ? path : resolve(dirname(path), link);
  }
}

// Windows refuses while a virus scanner or an editor has the file open for a moment.
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      const mayPass = code === 'EPERM' || code === 'EBUSY' || code === 'EACCES';
      if (process.platform !== 'win32' || !mayPass || attempt >= renameAttempts) throw error;
      await delay(renamePauseMs);
    }
  }
}
