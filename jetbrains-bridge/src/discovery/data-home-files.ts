import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { instanceSchema, type Instance } from '@relaycore/proxy-core/contract/instance';

/** What `instance.json` says; null where there is none that can be read and understood. */
export async function readInstance(dataDir: string): Promise<Instance | null> {
  try {
    const parsed = instanceSchema.safeParse(JSON.parse(await read(dataDir, 'instance.json')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Null where this user cannot read it. */
export async function readControlToken(dataDir: string): Promise<string | null> {
  try {
    const token = (await read(dataDir, 'token')).trim();
    return token === '' ? null : token;
  } catch {
    return null;
  }
}

function read(dataDir: string, name: string): Promise<string> {
  return readFile(join(dataDir, name), 'utf8');
}
