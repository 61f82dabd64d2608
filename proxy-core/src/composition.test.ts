import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCore, type Core, type CoreOptions } from './composition.ts';
import { instanceSchema } from './contract/instance.ts';
import { fixtureWorkers } from './host/testing/fixture-workers.ts';

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
