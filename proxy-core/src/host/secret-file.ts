import { join } from 'node:path';
import {
  createPrivateFile,
  hasCode,
  readPrivateFile,
  replacePrivateFile,
} from '../platform/private-file/private-file.ts';
import type { DataHome } from './data-home.ts';

export interface SecretKind {
  /** File name in the data home. */
  readonly file: string;
  /** How the notices call it, such as `control token`. */
  readonly title: string;
  /** What it means for the user when a new one takes its place. */
  readonly loss: string;
  generate(): string;
  isValid(text: string): boolean;
}

export interface LoadedSecret {
  readonly value: string;
  /** False: known to this process only, gone when it ends. */
  readonly isStored: boolean;
  readonly notices: readonly string[];
}

/**
 * The secret in the data home, made where there is none. Called under the leader lock, so that two
 * cores never make one each. Never rejects: what cannot be stored is kept in memory, with a notice.
 */
export async function loadSecret(home: DataHome, kind: SecretKind): Promise<LoadedSecret> {
  const path = join(home.dir, kind.file);
  try {
    const found = await readPrivateFile(path);
    if (found === null) return await create(path, kind);
    const value = found.text.trim();
    if (!kind.isValid(value)) return await replaceInvalid(path, kind);
    return { value, isStored: true, notices: permissionNotices(path, kind, found.permissions) };
  } catch {
    const notice = `The ${kind.title} in ${path} can neither be read nor written: this core uses one that is kept in memory only. ${kind.loss}`;
    return { value: kind.generate(), isStored: false, notices: [notice] };
  }
}

async function create(path: string, kind: SecretKind): Promise<LoadedSecret> {
  const value = kind.generate();
  try {
    await createPrivateFile(path, `${value}\n`);
    return { value, isStored: true, notices: [] };
  } catch (error) {
    const made = hasCode(error, 'EEXIST') ? await readPrivateFile(path) : null;
    const other = made?.text.trim() ?? '';
    if (!kind.isValid(other)) throw error;
    return { value: other, isStored: true, notices: [] };
  }
}

async function replaceInvalid(path: string, kind: SecretKind): Promise<LoadedSecret> {
  const value = kind.generate();
  await replacePrivateFile(path, `${value}\n`);
  const notice = `The ${kind.title} in ${path} was damaged; a new one was made. ${kind.loss}`;
  return { value, isStored: true, notices: [notice] };
}

function permissionNotices(
  path: string,
  kind: SecretKind,
  permissions: 'private' | 'repaired' | 'exposed',
): string[] {
  switch (permissions) {
    case 'private':
      return [];
    case 'repaired':
      return [
        `Other users could read the ${kind.title} in ${path}; it is private now. If one may have, delete the file and restart RelayCore.`,
      ];
    case 'exposed':
      return [
        `Other users can read the ${kind.title} in ${path}. Close it to them: chmod 600 ${path}`,
      ];
  }
}
