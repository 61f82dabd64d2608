// Databases that are damaged, before a start and under a running core: they are moved aside, new ones are begun,
// the user is told, and no request fails for it.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonBody } from '../support/builders.ts';
import { createChatClient } from '../support/chat-client.ts';
import { aConfig } from '../support/core-config.ts';
import { healthOf, healthWithNotice, logLines } from '../support/health.ts';
import { endedRows, rowsOf } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, runRelaycore, type RunningCore } from '../support/run-core.ts';
import { seedLedger } from '../support/seed-ledger.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const garbage = Buffer.alloc(60_000, 'this is no database ');

describe('a damaged database', () => {
  let mock: MockProvider;
  let folder: TemporaryFolder;
  let cores: RunningCore[];

  const inFolder = (name: string): string => join(folder.path, name);
  const start = async (): Promise<RunningCore> => {
    const core = await runCore({ dataDir: folder.path, config: aConfig(mock.url) });
    cores.push(core);
    return core;
  };
  const asideOf = (name: string): string | undefined =>
    readdirSync(folder.path).find(
      (entry) => entry.startsWith(`${name}.corrupt-`) && !/-(wal|shm)$/.test(entry),
    );
  const cacheable = (seed: number): JsonBody => ({ temperature: 0, seed });

  before(async () => {
    mock = await startMockProvider();
  });

  after(() => mock.close());

  beforeEach(() => {
    mock.reset();
    folder = temporaryFolder('damaged');
    cores = [];
  });

  afterEach(async () => {
    await Promise.all(cores.map((core) => core.dispose()));
    folder.remove();
  });

  it('is moved aside at the start, ledger and cache, and the user is told', async () => {
    for (const name of ['ledger.db', 'cache.db']) writeFileSync(inFolder(name), garbage);
    const core = await start();
    const ask = createChatClient(core, await core.createClientToken());
    for (const outcome of ['miss', 'hit']) {
      const response = await ask({ temperature: 0 });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('x-relaycore-cache'), outcome);
      await response.text();
    }
    assert.equal((await endedRows(core, 2)).length, 2);
    const { status, notices } = await healthWithNotice(core, /ledger/);
    assert.equal(status, 'degraded');
    for (const name of ['ledger.db', 'cache.db']) {
      const aside = asideOf(name);
      assert.ok(aside !== undefined, `${name} was not moved aside`);
      assert.deepEqual(readFileSync(inFolder(aside)), garbage);
      const notice = notices.find((text) => text.includes(inFolder(name)));
      assert.match(notice ?? '', /damaged.*has been moved to .*A new one was begun/);
      assert.ok(notice?.includes(inFolder(aside)));
      const line = logLines(core.stderr()).find((entry) => entry['aside'] === inFolder(aside));
      assert.ok(line !== undefined, `nothing is logged of ${name}`);
    }
  });

  it('is news only once: the next start finds sound files, with all that came since', async () => {
    for (const name of ['ledger.db', 'cache.db']) writeFileSync(inFolder(name), garbage);
    const first = await start();
    const token = await first.createClientToken();
    await (await createChatClient(first, token)({ temperature: 0 })).text();
    await first.stop();
    const second = await start();
    const again = await createChatClient(second, token)({ temperature: 0 });
    assert.equal(again.headers.get('x-relaycore-cache'), 'hit');
    await again.text();
    assert.equal((await endedRows(second, 2)).length, 2);
    assert.deepEqual((await healthOf(second)).notices, []);
    assert.equal(mock.requests.length, 1);
  });

  it('shows in the status of the command line', async () => {
    writeFileSync(inFolder('ledger.db'), garbage);
    const core = await start();
    await healthWithNotice(core, /ledger/);
    const { stdout } = await runRelaycore(['status', '--data-dir', folder.path]);
    assert.match(stdout, /ledger\.db was damaged/);
  });

  it('is moved aside while requests run, none of which fails or is lost', async () => {
    seedLedger(folder.path, 20_000);
    const core = await start();
    const ask = createChatClient(core, await core.createClientToken());
    const state = { isOver: false, asked: 0 };
    const statuses = new Set<number>();
    const askOn = async (): Promise<void> => {
      while (!state.isOver) {
        state.asked += 1;
        const response = await ask(cacheable(state.asked));
        statuses.add(response.status);
        await response.text();
      }
    };
    const asking = Promise.all([askOn(), askOn(), askOn(), askOn()]);
    await sleep(300);
    for (const name of ['ledger.db', 'cache.db']) {
      const bytes = readFileSync(inFolder(name));
      bytes.fill(0xff, 4_096);
      writeFileSync(inFolder(name), bytes);
    }
    // Somebody looks at the page meanwhile: reading is what meets the damage.
    await rowsOf(core);
    const { notices } = await healthWithNotice(core, /ledger\.db was damaged/, 10_000);
    const before = state.asked;
    await sleep(300);
    state.isOver = true;
    await asking;
    assert.deepEqual([...statuses], [200]);
    const aside = asideOf('ledger.db');
    assert.ok(aside !== undefined && notices.join().includes(aside));
    assert.ok(logLines(core.stderr()).some((line) => line['aside'] === inFolder(aside)));
    // What came after the damage was met is all in the new ledger; what came before is in the one aside.
    const rows = await endedRows(core, state.asked - before);
    assert.ok(rows.length >= state.asked - before);
    assert.ok(rows.every(({ outcome }) => outcome === 'completed'));
  });

  it('costs no request where its file is emptied under a running core', async () => {
    const core = await start();
    const ask = createChatClient(core, await core.createClientToken());
    await (await ask()).text();
    for (const name of ['ledger.db', 'cache.db']) writeFileSync(inFolder(name), '');
    for (let seed = 0; seed < 20; seed++) {
      const response = await ask(cacheable(seed));
      assert.equal(response.status, 200);
      await response.text();
    }
    assert.ok(existsSync(inFolder('ledger.db')));
    await endedRows(core, 20);
    await core.stop();
    const next = await start();
    assert.ok((await endedRows(next, 20)).length >= 20);
  });

  it('of tokens is moved aside as well, and the user is told', async () => {
    writeFileSync(inFolder('tokens.json'), garbage);
    const core = await start();
    const denied = await createChatClient(core, 'rc_c_gone')();
    assert.equal(denied.status, 401);
    assert.match(core.stderr(), /tokens\.json/);
    const ask = createChatClient(core, await core.createClientToken());
    assert.equal((await ask()).status, 200);
    assert.ok(asideOf('tokens.json') !== undefined, readdirSync(folder.path).join());
  });
});
