// Cores in the windows of an IDE: keys that travel with the people, versions, and a core that outlives the windows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheStatsReport } from '../../proxy-core/src/contract/control.ts';
import { cacheKeyOffer } from '../../proxy-core/src/contract/names.ts';
import { createChatClient } from '../support/chat-client.ts';
import { aConfig, writeConfig } from '../support/core-config.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { createClientToken, runCore, runRelaycore } from '../support/run-core.ts';
import { runWindow, type RunningWindow } from '../support/run-window.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import type { WindowOptions } from '../support/window-process.ts';

describe('cores in the windows of an IDE', function () {
  this.timeout(60_000);
  let mock: MockProvider;
  let folder: TemporaryFolder;
  let windows: RunningWindow[];

  const open = (options: Partial<WindowOptions> = {}): RunningWindow => {
    const window = runWindow(folder.path, options);
    windows.push(window);
    return window;
  };
  const anOffer = (key: string, updatedAt = 1): WindowOptions['offers'][number] => ({
    provider: 'openai',
    account: 'default',
    key,
    updatedAt,
  });
  const control = async (url: string, path: string): Promise<unknown> => {
    const token = readFileSync(join(folder.path, 'token'), 'utf8').trim();
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    return response.json();
  };
  const stop = (): ReturnType<typeof runRelaycore> =>
    runRelaycore(['stop', '--data-dir', folder.path]);

  before(async () => {
    mock = await startMockProvider();
  });
  after(() => mock.close());
  beforeEach(() => {
    mock.reset();
    folder = temporaryFolder('windows');
    writeConfig(folder.path, aConfig(mock.url));
    windows = [];
  });
  afterEach(async () => {
    await Promise.all(windows.map((window) => window.kill9()));
    await stop();
    folder.remove();
  });

  it('serve with the keys that their own window holds, from the first request after a kill -9 on', async () => {
    const first = open({ offers: [anOffer('sk-of-the-first')] });
    const { url } = await first.reached('leading');
    const ask = createChatClient({ url }, await createClientToken(folder.path));
    assert.equal((await ask()).status, 200);
    assert.equal(mock.lastRequest().header('authorization'), 'Bearer sk-of-the-first');
    const second = open({ offers: [anOffer('sk-of-the-second')] });
    const { leader } = await second.reached('attached');
    assert.equal(leader.pid, first.pid);
    await until('a standby', () => second.stderr().includes('ready to take over'), 15_000);
    await first.kill9();
    assert.equal((await second.reached('leading')).url, url);
    assert.equal((await ask({ seed: 2 })).status, 200);
    assert.equal(mock.lastRequest().header('authorization'), 'Bearer sk-of-the-second');
    for (const { stderr } of windows) assert.doesNotMatch(stderr(), /sk-of-the/);
  });

  it('keep answers on disk under a key that is offered, and in memory only without one', async () => {
    const key = Buffer.alloc(32, 5).toString('base64');
    const cacheKey = { ...cacheKeyOffer, key, updatedAt: 1 };
    const keyed = { offers: [anOffer('sk-1'), cacheKey] };
    const token = await createClientToken(folder.path);
    const diskEntries = async (url: string): Promise<number> =>
      ((await control(url, '/v1/cache/stats')) as CacheStatsReport).disk.entries;
    const outcome = async (url: string): Promise<string | null> => {
      const response = await createChatClient({ url }, token)({ temperature: 0 });
      await response.text();
      return response.headers.get('x-relaycore-cache');
    };
    const without = open({ offers: [anOffer('sk-1')] });
    const first = await without.reached('leading');
    assert.deepEqual([await outcome(first.url), await outcome(first.url)], ['miss', 'hit']);
    await sleep(500);
    assert.equal(await diskEntries(first.url), 0);
    await without.close();
    const second = open(keyed);
    const { url } = await second.reached('leading');
    assert.equal(await outcome(url), 'miss');
    await until('an entry on disk', async () => (await diskEntries(url)) === 1);
    await second.close();
    const third = open(keyed);
    assert.equal(await outcome((await third.reached('leading')).url), 'hit');
    await third.close();
    const other = { ...cacheKey, key: Buffer.alloc(32, 6).toString('base64') };
    const fourth = open({ offers: [anOffer('sk-1'), other] });
    assert.equal(await outcome((await fourth.reached('leading')).url), 'miss');
  });

  it('hand the lead to a newer one as soon as nothing runs', async () => {
    const older = open({ version: '1.0.0', offers: [anOffer('sk-1')] });
    const { url } = await older.reached('leading');
    const ask = createChatClient({ url }, await createClientToken(folder.path));
    mock.respond({ kind: 'answer', chunks: 60, chunkDelayMs: 50 });
    const stream = await ask({ stream: true });
    const newer = open({ version: '1.1.0', offers: [anOffer('sk-1')] });
    await newer.reached('attached');
    await until('a promise', () => newer.stderr().includes('ready to take over'), 15_000);
    assert.ok(newer.states().every(({ kind }) => kind !== 'leading'));
    assert.match(await stream.text(), /\[DONE\]\s*$/);
    assert.equal((await newer.reached('leading')).url, url);
    const { leader } = await older.reached('attached');
    assert.deepEqual([leader.pid, leader.version], [newer.pid, '1.1.0']);
    mock.respond(undefined);
    assert.equal((await ask()).status, 200);
  });

  it('are followed by `relaycore serve`, and not ended by `relaycore stop`', async () => {
    const window = open();
    const { url } = await window.reached('leading');
    const served = await runCore({ dataDir: folder.path });
    assert.deepEqual([served.ready['attached'], served.url], [true, url]);
    const stopped = await stop();
    assert.equal(stopped.code, 1);
    assert.match(stopped.stderr, new RegExp(`inside Test Editor \\(process ${window.pid}\\)`));
    await served.dispose();
  });

  it('run it as a process that outlives them, and start it again when that one dies', async () => {
    const first = open({ asDaemon: true });
    const { leader, url } = await first.reached('attached');
    assert.equal(leader.host.kind, 'headless');
    const second = open({ asDaemon: true });
    assert.equal((await second.reached('attached')).leader.pid, leader.pid);
    process.kill(leader.pid, 'SIGKILL');
    const isReplaced = (window: RunningWindow): boolean => {
      const state = window.states().at(-1);
      return state?.kind === 'attached' && state.leader.pid !== leader.pid;
    };
    await until('another daemon', () => isReplaced(first) && isReplaced(second), 20_000);
    await Promise.all([first.close(), second.close()]);
    const health = (await control(url, '/health')) as { pid: number };
    assert.notEqual(health.pid, leader.pid);
    const stopped = await stop();
    assert.match(stopped.stdout, new RegExp(`stopped \\(process ${health.pid}\\)`));
    assert.equal((await runRelaycore(['status', '--data-dir', folder.path])).code, 3);
  });
});

describe('a core in the background', () => {
  let folder: TemporaryFolder;
  const relaycore = (...args: readonly string[]): ReturnType<typeof runRelaycore> =>
    runRelaycore([...args, '--data-dir', folder.path]);

  beforeEach(() => {
    folder = temporaryFolder('detached');
  });
  afterEach(async () => {
    await relaycore('stop');
    folder.remove();
  });

  it('is started once, found, and stopped', async () => {
    const started = await relaycore('serve', '--detach', '--port', '0');
    assert.deepEqual([started.code, started.stderr], [0, '']);
    const ready = JSON.parse(started.stdout) as { url: string; pid: number; attached: boolean };
    assert.equal(ready.attached, false);
    assert.equal((await fetch(`${ready.url}/health`)).status, 200);
    const again = await relaycore('serve', '--detach');
    const { url, attached } = JSON.parse(again.stdout) as typeof ready;
    assert.deepEqual([again.code, url, attached], [0, ready.url, true]);
    const stopped = await relaycore('stop', '--json');
    assert.deepEqual(JSON.parse(stopped.stdout), { stopped: ready.pid, successor: null });
    assert.equal((await relaycore('stop')).code, 3);
  });

  it('says why it does not start', async () => {
    writeConfig(folder.path, { server: { port: 'seventy' } });
    const { code, stdout, stderr } = await relaycore('serve', '--detach');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /config\.yaml:\d+/);
  });
});
