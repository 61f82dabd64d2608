import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RelayError } from '../domain/relay-error.ts';

/**
 * RelayError `conflict` where the ledger in the data home was written by a newer RelayCore: such a core
 * does not lead, for migrations go forward only. Called before the store of this process opens the
 * ledger. What cannot be read is the store's to deal with.
 */
export async function refuseNewerSchema(dataDir: string, known: number): Promise<void> {
  const found = await readSchemaVersion(join(dataDir, 'ledger.db'));
  if (found === null || found <= known) return;
  throw new RelayError(
    'conflict',
    `The data in ${dataDir} were written by a newer RelayCore (schema ${found}; this one knows ${known}). Update RelayCore here, or use another data folder (RELAYCORE_HOME).`,
  );
}

async function readSchemaVersion(path: string): Promise<number | null> {
  if (!existsSync(path)) return null;
  try {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      database.exec('PRAGMA busy_timeout = 50');
      return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}
