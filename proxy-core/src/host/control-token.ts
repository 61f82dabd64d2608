import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { tokenPrefix } from '../contract/names.ts';
import { readPrivateFile } from '../platform/private-file/private-file.ts';
import type { DataHome } from './data-home.ts';
import { loadSecret, type LoadedSecret } from './secret-file.ts';

const fileName = 'token';

/** The token that opens control plane and bridge: `rc_` and 32 random bytes in base64url. */
export function loadControlToken(home: DataHome): Promise<LoadedSecret> {
  return loadSecret(home, {
    file: fileName,
    title: 'control token',
    loss: 'Programs that kept the old one have to read the file again.',
    generate: () => tokenPrefix + randomBytes(32).toString('base64url'),
    isValid: isControlToken,
  });
}

/** The token as a client of the running core reads it; null where there is none that it may read. */
export async function readControlToken(dataDir: string): Promise<string | null> {
  try {
    const token = (await readPrivateFile(join(dataDir, fileName)))?.text.trim() ?? '';
    return isControlToken(token) ? token : null;
  } catch {
    return null;
  }
}

function isControlToken(text: string): boolean {
  return /^rc_[A-Za-z0-9_-]{43}$/.test(text);
}
