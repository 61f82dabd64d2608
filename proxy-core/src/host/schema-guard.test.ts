import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { refuseNewerSchema } from './schema-guard.ts';

describe('the guard of the schema', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-schema-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets a core lead where there is no ledger, or one that it knows', async () => {
    await refuseNewerSchema(folder, 3);
    const database = new DatabaseSync(join(folder, 'ledger.db'));
    database.exec('PRAGMA journal_mode = WAL; PRAGMA user_version = 3');
    await refuseNewerSchema(folder, 3);
    database.close();
    await refuseNewerSchema(folder, 4);
  });

  it('refuses one of a newer RelayCore, whose writer may just have died, and says what to update', async () => {
    const database = new DatabaseSync(join(folder, 'ledger.db'));
    database.exec('PRAGMA journal_mode = WAL; PRAGMA user_version = 4');
    await assert.rejects(refuseNewerSchema(folder, 3), {
      code: 'conflict',
      message: /schema 4; this one knows 3.*Update RelayCore/,
    });
    database.close();
  });

  it('leaves a damaged ledger to the store', async () => {
    await writeFile(join(folder, 'ledger.db'), 'no database '.repeat(1000));
    await refuseNewerSchema(folder, 3);
  });
});
