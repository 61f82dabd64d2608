import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCore, type Core, type CoreOptions, type CoreState } from './composition.ts';
import { instanceSchema } from './contract/instance.ts';
import { coreTiming, type CoreTiming } from './host/core-timing.ts';
import { tryLeaderLock } from './host/leader-lock.ts';
import { fixtureWorkers } from './host/testing/fixture-workers.ts';

/** Followers look often and give up soon. */
const brisk: CoreTiming = {
  ...coreTiming,
  watchIntervalMs: 50,
  standbyFirstMs: 100,
  holdBackMs: 600,
  retry: { firstMs: 20, maxMs: 50, resetAfterMs: 60_000 },
};

describe('a core', function () {
  this.timeout(20_000);
  let dataDir: string;
  let cores: Core[];
  let log: string;

  const start = async (overrides: Partial<CoreOptions> = {}): Promise<Core> => {
    const stderr = new Writable({
      write(chunk: Buffer, _encoding, done) {
        log += chunk.toString();
        done();
      },
    });
    const core = await startCore({
      dataDir,
      configFile: null,
      portOverride: 0,
      environment: { SOME: 'thing', RELAYCORE_SECRET: Buffer.alloc(32).toString('base64') },
      useEnvironment: true,
      host: { kind: 'headless', name: 'test' },
      stderr,
      workerUrls: fixtureWorkers,
      workerLimits: { startMs: 5000, drainMs: 1000, stopMs: 1000 },
      ...overrides,
    });
    cores.push(core);
    return core;
  };

  const reached = async <Kind extends CoreState['kind']>(
    core: Core,
    kind: Kind,
  ): Promise<Extract<CoreState, { kind: Kind }>> => {
    for (;;) {
      const { state } = core;
      if (state.kind === kind) return state as Extract<CoreState, { kind: Kind }>;
      await sleep(5);
    }
  };
  const urlOf = ({ url }: Core): string => {
    assert.ok(url !== null);
    return url;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'relaycore-core-'));
    cores = [];
    log = '';
  });
  afterEach(async () => {
    for (const core of cores) await core.close();
    await rm(dataDir, { recursive: true });
  });

  it('serves, can be found by instance.json, and leaves nothing of it behind', async () => {
    const core = await start();
    assert.equal(core.attached, false);
    const path = join(dataDir, 'instance.json');
    const instance = instanceSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    assert.equal(instance.url, core.url);
    assert.equal(instance.pid, process.pid);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await core.close();
    await core.closed;
    await assert.rejects(fetch(urlOf(core)));
    assert.ok(!(await readdir(dataDir)).includes('instance.json'));
  });

  it('keeps no secret of its environment for the workers', async () => {
    const core = await start();
    const { environment } = (await (await fetch(urlOf(core))).json()) as { environment: object };
    assert.deepEqual(environment, { SOME: 'thing' });
  });

  it('logs to a file of its own, all threads in one', async () => {
    const core = await start();
    await core.close();
    assert.match(await readFile(join(dataDir, 'logs/relaycore.log'), 'utf8'), /relay speaks/);
    assert.match(log, /relay speaks/);
  });

  it('attaches to the one that leads, and takes lead and address when that one goes', async () => {
    const first = await start();
    const second = await start();
    assert.equal(second.attached, true);
    assert.equal(second.url, first.url);
    await first.close();
    while (second.attached) await sleep(50);
    assert.equal((await fetch(urlOf(second))).status, 200);
    assert.equal(second.leaderPid, process.pid);
    await second.close();
    await assert.rejects(fetch(urlOf(second)));
  });

  it('hands the bridge of the core out where it leads, and only there', async () => {
    const first = await start();
    const second = await start();
    assert.equal(second.bridgePort(), null);
    const port = first.bridgePort();
    assert.ok(port !== null);
    const said = await new Promise((resolve) => port.once('message', resolve));
    assert.match(String(said), /^bridge of /);
    port.close();
    await first.close();
    assert.equal(first.bridgePort(), null);
  });

  it('begins to lead with the keys that its IDE has offered meanwhile', async () => {
    const offers = [{ provider: 'openai', account: 'default', key: 'sk-1', updatedAt: 1 }];
    const first = await start();
    const second = await start();
    second.offerSecrets(offers);
    second.offerSecrets([{ provider: 'openai', account: 'default', key: 'old', updatedAt: 0 }]);
    assert.deepEqual(await (await fetch(`${urlOf(first)}/secrets`)).json(), []);
    await first.close();
    while (second.attached) await sleep(20);
    const begunWith = (await (await fetch(`${urlOf(second)}/secrets`)).json()) as unknown[];
    assert.deepEqual(begunWith[0], offers[0]);
    second.offerSecrets([{ ...offers[0]!, updatedAt: 2, key: null }]);
    const held = async (): Promise<string> => (await fetch(`${urlOf(second)}/secrets`)).text();
    while (!(await held()).includes('null')) await sleep(10);
  });

  it('has the keys that are offered while it begins', async () => {
    const core = await start({ keepsTrying: true });
    await sleep(5);
    core.offerSecrets([{ provider: 'openai', account: 'default', key: 'sk-1', updatedAt: 1 }]);
    await reached(core, 'leading');
    const held = async (): Promise<string> => (await fetch(`${urlOf(core)}/secrets`)).text();
    while (!(await held()).includes('sk-1')) await sleep(5);
  });

  it('tells how it stands, from start to end', async () => {
    const first = await start();
    const second = await start({ keepsTrying: true });
    const states: string[] = [second.state.kind];
    second.onChange(({ kind }) => {
      if (states.at(-1) !== kind) states.push(kind);
    });
    const { leader } = await reached(second, 'attached');
    assert.deepEqual(leader.host, { kind: 'headless', name: 'test' });
    await first.close();
    await reached(second, 'leading');
    await fetch(`${urlOf(second)}/die`);
    while (!states.includes('restarting')) await sleep(10);
    await reached(second, 'leading');
    await second.close();
    const expected = ['starting', 'attached', 'leading', 'restarting', 'leading', 'closed'];
    assert.deepEqual(states, expected);
  });

  it('leaves the lead to a newer one that asks for it, and follows it', async () => {
    const older = await start({ version: '1.0.0', timing: brisk });
    const bystander = await start({ version: '1.0.0', timing: brisk });
    const newer = await start({ version: '1.1.0', timing: brisk });
    assert.deepEqual([older.attached, bystander.attached, newer.attached], [false, true, true]);
    await fetch(`${urlOf(older)}/yield?to=1.1.0`);
    while (newer.attached) await sleep(20);
    while (!older.attached || bystander.leaderPid === null) await sleep(20);
    assert.equal(newer.url, older.url);
    const path = join(dataDir, 'instance.json');
    const instance = instanceSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    assert.deepEqual([instance.version, instance.yieldsTo], ['1.1.0', undefined]);
    assert.deepEqual([older.state.kind, bystander.attached], ['attached', true]);
  });

  it('takes the lead back where the newer one never comes', async () => {
    const core = await start({ version: '1.0.0', timing: brisk });
    await fetch(`${urlOf(core)}/yield?to=9.0.0`);
    await reached(core, 'starting');
    await reached(core, 'leading');
    assert.equal((await fetch(urlOf(core))).status, 200);
  });

  it('does not lead where the data are of a newer version, and says what to update', async () => {
    const database = new DatabaseSync(join(dataDir, 'ledger.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await assert.rejects(start(), { code: 'conflict', message: /newer RelayCore.*Update/ });
    const core = await start({ keepsTrying: true });
    const { message } = await reached(core, 'failed');
    assert.match(message, /Update RelayCore/);
    assert.equal(core.url, null);
  });

  it('keeps trying inside an IDE until what is in the way is gone', async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    const core = await start({ portOverride: port, keepsTrying: true, timing: brisk });
    assert.equal((await reached(core, 'failed')).code, 'conflict');
    await new Promise((resolve) => stranger.close(resolve));
    await reached(core, 'leading');
    assert.equal(urlOf(core), `http://127.0.0.1:${port}`);
  });

  it('is told to end while it waits for its turn', async () => {
    const attempt = await tryLeaderLock(dataDir);
    assert.ok(attempt.kind === 'acquired');
    await assert.rejects(start({ signal: AbortSignal.timeout(50) }), { code: 'shutting_down' });
    attempt.lock.release();
  });

  it('says so when it is attached and cannot take the lead', async () => {
    const first = await start();
    const second = await start();
    const port = Number(new URL(urlOf(first)).port);
    const stranger = createServer((_request, response) => response.end());
    const closing = first.close();
    for (;;) {
      const isBound = await new Promise((resolve) => {
        stranger.once('error', () => resolve(false));
        stranger.listen(port, '127.0.0.1', () => resolve(true));
      });
      if (isBound) break;
      await sleep(1);
    }
    await closing;
    await assert.rejects(second.closed, { code: 'conflict' });
    stranger.close();
  });

  it('does not start on a port that somebody else has, and leaves the lead free', async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    await assert.rejects(start({ portOverride: port }), { code: 'conflict' });
    stranger.close();
    assert.equal((await start()).attached, false);
  });

  it('refuses a configuration file that is not there', async () => {
    const configFile = join(dataDir, 'absent.yaml');
    await assert.rejects(start({ configFile }), { code: 'bad_config', message: /absent\.yaml/ });
  });

  it('ignores a stale instance.json', async () => {
    await writeFile(join(dataDir, 'instance.json'), '{"pid": 1');
    assert.equal((await start()).attached, false);
  });

  it('closes once, however often it is told', async () => {
    const core = await start();
    await Promise.all([core.close(), core.close()]);
    await core.close();
  });
});
