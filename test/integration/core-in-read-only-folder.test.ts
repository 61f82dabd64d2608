// A core in a data folder that it may only read: it starts, says so, and serves.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChatClient } from '../support/chat-client.ts';
import { aConfig } from '../support/core-config.ts';
import { healthWithNotice } from '../support/health.ts';
import { endedRows } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const nobody = 65_534;

describe('a data folder that may only be read', () => {
  let mock: MockProvider;
  let folder: TemporaryFolder;
  let core: RunningCore | null;
  // Root may write anywhere, so that as root the core has to run as somebody else.
  const isRoot = process.getuid?.() === 0;
  const prefix = isRoot
    ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
    : [];

  /** Files and folder as they are, but not to be written by the user that the core runs as. */
  const protect = (): void => {
    for (const name of readdirSync(folder.path)) {
      const path = join(folder.path, name);
      if (isRoot) chownSync(path, nobody, nobody);
      chmodSync(path, name === 'logs' ? 0o500 : 0o400);
    }
    chmodSync(folder.path, 0o555);
  };

  before(async () => {
    mock = await startMockProvider();
  });

  after(() => mock.close());

  beforeEach(() => {
    folder = temporaryFolder('read-only');
    core = null;
  });

  afterEach(async () => {
    await core?.dispose();
    chmodSync(folder.path, 0o700);
    folder.remove();
  });

  it('starts, says so everywhere, serves, and keeps in memory what it knows', async () => {
    if (process.platform === 'win32') return;
    const writable = await runCore({ dataDir: folder.path, config: aConfig(mock.url) });
    const token = await writable.createClientToken();
    await (await createChatClient(writable, token)()).text();
    await endedRows(writable, 1);
    await writable.stop();
    const before = readFileSync(join(folder.path, 'ledger.db'));
    protect();
    core = await runCore({
      dataDir: folder.path,
      args: ['--config', join(folder.path, 'config.yaml')],
      prefix,
    });
    assert.match(String(core.ready['warnings']), /cannot be written/);
    assert.match(core.stderr(), /cannot be written/);
    const { status, notices } = await healthWithNotice(core, /ledger\.db.*in memory only/);
    assert.equal(status, 'degraded');
    assert.ok(
      notices.some((notice) => /cache\.db.*in memory only/.test(notice)),
      notices.join(),
    );
    const ask = createChatClient(core, token);
    for (const outcome of ['miss', 'hit']) {
      const response = await ask({ temperature: 0 });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('x-relaycore-cache'), outcome);
      await response.text();
    }
    assert.equal((await endedRows(core, 2)).length, 2);
    assert.deepEqual(await core.stop(), { code: 0, signal: null });
    chmodSync(folder.path, 0o700);
    assert.deepEqual(readFileSync(join(folder.path, 'ledger.db')), before);
  });

  it('refuses what would have to be saved, and changes nothing', async () => {
    if (process.platform === 'win32') return;
    const first = await runCore({ dataDir: folder.path, config: aConfig(mock.url) });
    await first.stop();
    protect();
    core = await runCore({
      dataDir: folder.path,
      args: ['--config', join(folder.path, 'config.yaml')],
      prefix,
    });
    const change = (query: string): Promise<Response> =>
      fetch(`${String(core?.url)}/v1/config${query}`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${String(core?.controlToken)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ cache: { ttlSeconds: 7 } }),
      });
    const refused = await change('');
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /storage_failed.*config\.yaml cannot be written/s);
    const accepted = await change('?persist=false');
    assert.ok(accepted.ok, await accepted.text());
  });
});
