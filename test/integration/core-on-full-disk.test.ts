// A core on a disk that takes nothing more: requests go on, the user is told, and what could not be written is
// written once there is room.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createChatClient, type ChatClient } from '../support/chat-client.ts';
import type { JsonBody } from '../support/builders.ts';
import { aConfig } from '../support/core-config.ts';
import { healthWithNotice, healthyAgain, logLines } from '../support/health.ts';
import { endedRows, rowsOf } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, runRelaycore, type RunningCore } from '../support/run-core.ts';
import { canMountSmallDisk, mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let mock: MockProvider;

before(async () => {
  mock = await startMockProvider();
});

after(() => mock.close());

/** Asks so often, each time for something else; every request has to be answered. */
async function askOften(ask: ChatClient, count: number, body: JsonBody = {}): Promise<void> {
  for (let done = 0; done < count; done += 20) {
    const batch = Array.from({ length: Math.min(20, count - done) }, async (_, index) => {
      const response = await ask({ temperature: 0, seed: done + index, ...body });
      assert.equal(response.status, 200);
      assert.match(await response.text(), /"chat\.completion"/);
    });
    await Promise.all(batch);
  }
}

// Where no file system may be mounted, the limit on the size of files below stands for it alone.
if (canMountSmallDisk()) {
  describe('a full disk', () => {
    let disk: SmallDisk;
    let core: RunningCore;

    beforeEach(() => {
      const mounted = mountSmallDisk(4);
      assert.ok(mounted !== null);
      disk = mounted;
    });

    afterEach(async () => {
      await core.dispose();
      disk.unmount();
    });

    it('costs no request and no row; the user is told, and all is written when there is room', async () => {
      core = await runCore({ dataDir: disk.path, config: aConfig(mock.url) });
      const token = await core.createClientToken();
      const ask = createChatClient(core, token);
      await askOften(ask, 5);
      await endedRows(core, 5);
      disk.fill();
      await askOften(ask, 400, { user: 'x'.repeat(2_000) });
      const { status, notices } = await healthWithNotice(core, /ledger\.db cannot be written/);
      assert.equal(status, 'degraded');
      assert.match(notices.join(), /full.*rows wait in memory/);
      const lines = logLines(core.stderr());
      assert.ok(
        lines.some(
          ({ level, msg }) => level === 'error' && /ledger cannot be written/.test(String(msg)),
        ),
      );
      // What was recorded before can still be asked for.
      assert.ok((await rowsOf(core)).length >= 5);
      const refused = await runRelaycore(['token', 'create', 'late', '--data-dir', disk.path]);
      assert.deepEqual([refused.code, refused.stdout], [1, '']);
      assert.match(refused.stderr, /tokens\.json/);
      assert.equal((await ask()).status, 200, 'the tokens in the file are still good');
      disk.free();
      await healthyAgain(core, 15_000);
      assert.equal((await endedRows(core, 406)).length, 406);
      assert.ok(logLines(core.stderr()).some(({ msg }) => /rows are safe/.test(String(msg))));
      await core.stop();
      core = await runCore({ dataDir: disk.path, config: aConfig(mock.url) });
      assert.equal((await endedRows(core, 406)).length, 406);
    });

    it('from the start is no reason not to start', async () => {
      core = await runCore({ dataDir: disk.path, config: aConfig(mock.url) });
      const token = await core.createClientToken();
      await core.stop();
      disk.fill();
      core = await runCore({ dataDir: disk.path, config: aConfig(mock.url) });
      await askOften(createChatClient(core, token), 40);
      await healthWithNotice(core, /rows wait in memory/);
      disk.free();
      await healthyAgain(core, 15_000);
      assert.equal((await endedRows(core, 40)).length, 40);
    });

    it('does not keep a core from stopping, which says what it could not write', async () => {
      core = await runCore({ dataDir: disk.path, config: aConfig(mock.url) });
      const token = await core.createClientToken();
      disk.fill();
      await askOften(createChatClient(core, token), 400);
      await healthWithNotice(core, /rows wait in memory/);
      assert.deepEqual(await core.stop(), { code: 0, signal: null });
      assert.match(core.stderr(), /The ledger closes without rows that wait/);
    });
  });
}

if (process.platform === 'linux') {
  describe('files that may grow no further', () => {
    it('cost no request and no row; all is written once they may', async () => {
      const folder = temporaryFolder('limit');
      const prefix = ['prlimit', '--fsize=100000:unlimited'];
      const core = await runCore({ dataDir: folder.path, config: aConfig(mock.url), prefix });
      try {
        await askOften(createChatClient(core, await core.createClientToken()), 600);
        const { status } = await healthWithNotice(core, /ledger\.db cannot be written/);
        assert.equal(status, 'degraded');
        execFileSync('prlimit', ['--pid', String(core.pid), '--fsize=unlimited']);
        await healthyAgain(core, 15_000);
        assert.equal((await endedRows(core, 600)).length, 600);
      } finally {
        await core.dispose();
        folder.remove();
      }
    });
  });
}
