import { join } from 'node:path';
import { readPrivateFile, replacePrivateFile } from '../platform/private-file/private-file.ts';

/**
 * The user's own port, in `<data home>/port`: chosen once because a stranger had the default one, and
 * kept, since assistants are connected to it from then on. Null where there is none.
 */
export async function readOwnPort(dataDir: string): Promise<number | null> {
  try {
    const file = await readPrivateFile(pathIn(dataDir));
    const port = Number(file?.text.trim() ?? '');
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

/** Throws the file system's errors. */
export async function writeOwnPort(dataDir: string, port: number): Promise<void> {
  await replacePrivateFile(pathIn(dataDir), `${port}\n`);
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'port');
}
