import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOwnPort, writeOwnPort } from './own-port.ts';

describe("the user's own port", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-port-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is kept in a private file', async () => {
    assert.equal(await readOwnPort(folder), null);
    await writeOwnPort(folder, 23_456);
    assert.equal(await readOwnPort(folder), 23_456);
    assert.equal((await stat(join(folder, 'port'))).mode & 0o777, 0o600);
  });

  it('is none where the file says no port', async () => {
    for (const text of ['', 'seventy', '-1', '70000', '1.5']) {
      await writeFile(join(folder, 'port'), text);
      assert.equal(await readOwnPort(folder), null, text);
    }
  });
});
