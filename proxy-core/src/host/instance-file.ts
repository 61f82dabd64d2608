import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { instanceSchema, type Instance } from '../contract/instance.ts';
import { readPrivateFile, replacePrivateFile } from '../platform/private-file/private-file.ts';

/** What `<data home>/instance.json` says; null where there is none that can be read and understood. */
export async function readInstance(dataDir: string): Promise<Instance | null> {
  try {
    const file = await readPrivateFile(pathIn(dataDir));
    if (file === null) return null;
    const parsed = instanceSchema.safeParse(JSON.parse(file.text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Throws the file system's errors. */
export async function writeInstance(dataDir: string, instance: Instance): Promise<void> {
  await replacePrivateFile(pathIn(dataDir), `${JSON.stringify(instance, null, 2)}\n`);
}

/** Removes the file if it is still the one of this core. */
export async function removeInstance(dataDir: string, epoch: string): Promise<void> {
  const instance = await readInstance(dataDir);
  if (instance?.epoch !== epoch) return;
  await rm(pathIn(dataDir), { force: true }).catch(() => undefined);
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'instance.json');
}
