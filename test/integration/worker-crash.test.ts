// A worker thread that dies of a fault that nobody caught: it is started again, the log says why, and the ledger
// knows of everything that was asked meanwhile.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChatClient, type ChatClient } from '../support/chat-client.ts';
import { aConfig } from '../support/core-config.ts';
import { healthyAgain, logLines } from '../support/health.ts';
import { endedRows, rowsOf } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Throws in a worker as soon as the file `crash-relay` or `crash-store` is in the folder. */
const plantedFault = (folder: string): string => `
  import { existsSync, rmSync } from 'node:fs';
  import { isMainThread, threadName as name } from 'node:worker_threads';
  if (!isMainThread && ['relay', 'store'].includes(name)) {
    const file = ${JSON.stringify(folder)} + '/crash-' + name;
    setInterval(() => {
      if (!existsSync(file)) return;
      rmSync(file);
      throw new Error('planted in the ' + name);
    }, 20).unref();
  }`;

describe('a worker that dies', () => {
  let mock: MockProvider;
  let folder: TemporaryFolder;
  let core: RunningCore;
  let ask: ChatClient;

  const crash = (worker: 'relay' | 'store'): void =>
    writeFileSync(join(folder.path, `crash-${worker}`), '');
  const deaths = (worker: 'relay' | 'store'): number =>
    logLines(core.stderr()).filter(({ msg }) => String(msg).startsWith(`the ${worker} worker died`))
      .length;

  before(async () => {
    mock = await startMockProvider();
  });

  after(() => mock.close());

  beforeEach(async () => {
    mock.reset();
    folder = temporaryFolder('crash');
    const fault = `data:text/javascript,${encodeURIComponent(plantedFault(folder.path))}`;
    core = await runCore({
      dataDir: folder.path,
      config: aConfig(mock.url),
      env: { NODE_OPTIONS: `--import ${fault}` },
    });
    ask = createChatClient(core, await core.createClientToken());
  });

  afterEach(async () => {
    await core.dispose();
    folder.remove();
  });

  it('is started again where it is the store, and no request notices, nor is one forgotten', async () => {
    const state = { isOver: false, asked: 0 };
    const askOn = async (): Promise<void> => {
      while (!state.isOver) {
        state.asked += 1;
        const response = await ask({ temperature: 0, seed: state.asked });
        assert.equal(response.status, 200);
        await response.text();
        await sleep(2);
      }
    };
    const asking = Promise.all([askOn(), askOn()]);
    for (const count of [1, 2]) {
      await sleep(200);
      crash('store');
      await until('the death', () => deaths('store') === count);
    }
    await sleep(300);
    state.isOver = true;
    await asking;
    await healthyAgain(core);
    const rows = await endedRows(core, Math.min(1_000, state.asked));
    assert.ok(rows.every(({ outcome }) => outcome === 'completed'));
    const line = logLines(core.stderr()).find(({ msg }) => /store worker died/.test(String(msg)));
    assert.match(JSON.stringify(line), /planted in the store/);
  });

  it('is started again where it is the relay, at the same address, with what broke off closed', async () => {
    for (let count = 0; count < 5; count++) await (await ask()).text();
    mock.respond({ kind: 'answer', chunks: 50, chunkDelayMs: 50 });
    const stream = await ask({ stream: true });
    const reading = assert.rejects(stream.text());
    await sleep(300);
    crash('relay');
    await reading;
    assert.equal(await mock.lastRequest().ended, 'aborted');
    mock.respond(undefined);
    await until('an answer at the same address', async () => (await ask()).status === 200);
    assert.equal(deaths('relay'), 1);
    const rows = await until('the end of the stream', async () => {
      const all = await rowsOf(core);
      return all.length >= 7 && all.every(({ outcome }) => outcome !== 'open') ? all : null;
    });
    const streams = rows.filter(({ isStream }) => isStream);
    assert.deepEqual(
      streams.map(({ outcome, isUsageEstimated }) => [outcome, isUsageEstimated]),
      [['interrupted', true]],
    );
    assert.equal(rows.filter(({ outcome }) => outcome === 'completed').length, rows.length - 1);
  });
});
