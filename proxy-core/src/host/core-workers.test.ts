import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '../domain/relay-error.ts';
import { createLogger } from '../platform/logger/logger.ts';
import type { HostSettings } from '../workers/protocol.ts';
import {
  CoreWorkers,
  type Listening,
  type WorkerLimits,
  type WorkerTrouble,
} from './core-workers.ts';
import { fixtureWorkers } from './testing/fixture-workers.ts';

describe('the two workers', function () {
  this.timeout(10_000);
  let lines: string[];
  let opened: CoreWorkers[];
  let seenSettings: HostSettings[];
  let troubles: (WorkerTrouble | null)[];

  const begin = (workers: CoreWorkers, port = 0): Promise<Listening> =>
    workers.start(
      {
        relay: {
          dataDir: '/nowhere',
          rootSecret: new Uint8Array(32),
          configFile: '/nowhere/config.yaml',
          environment: {},
          useEnvironment: false,
          portOverride: port,
          listen: { boundPort: null, patienceMs: 0, ownPort: null, mayChoose: false },
          controlToken: 'rc_test',
          version: '0',
          host: { kind: 'headless', name: 'test' },
          epoch: 'e',
          uiDirectory: null,
          secrets: [],
        },
        store: { dataDir: '/nowhere', cacheSecret: null, closesOrphans: true },
      },
      { onTrouble: (trouble) => void troubles.push(trouble), onYield: () => undefined },
    );
  const open = (options: { limits?: Partial<WorkerLimits> } = {}): CoreWorkers => {
    const writeLog = (line: string): void => void lines.push(line);
    const workers = new CoreWorkers({
      urls: fixtureWorkers,
      backOff: { firstMs: 10, maxMs: 40, resetAfterMs: 60_000 },
      limits: { startMs: 5000, drainMs: 1000, stopMs: 500, ...options.limits },
      logger: createLogger({ level: 'info', name: 'host', write: writeLog }),
      writeLog,
      onSettings: (settings) => void seenSettings.push(settings),
    });
    opened.push(workers);
    return workers;
  };
  // A question to a store that dies meanwhile is never answered.
  const askPeer = async (url: string, say = 'who'): Promise<{ store: number; losses: number }> => {
    const signal = AbortSignal.timeout(300);
    const response = await fetch(`${url}/peer?say=${say}`, { signal });
    return (await response.json()) as { store: number; losses: number };
  };
  const eventually = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    for (;;) {
      try {
        return await work();
      } catch {
        await sleep(20);
      }
    }
  };

  beforeEach(() => {
    lines = [];
    opened = [];
    seenSettings = [];
    troubles = [];
  });
  afterEach(async () => {
    delete process.env['FIXTURE_RELAY'];
    delete process.env['FIXTURE_STORE'];
    for (const workers of opened) await workers.close();
  });

  it('start, are connected with each other and write to one log', async () => {
    const { url } = await begin(open());
    assert.equal(typeof (await askPeer(url)).store, 'number');
    assert.ok(lines.includes('{"msg":"relay speaks"}\n'));
  });

  it('pass on what the settings say to the host', async () => {
    await begin(open());
    assert.equal(seenSettings[0]?.drainMs, 900);
  });

  it('restart the relay on the same port, connected to the same store', async () => {
    const { url } = await begin(open());
    const before = await askPeer(url);
    await fetch(`${url}/die`);
    const after = await eventually(() => askPeer(url));
    assert.equal(after.store, before.store);
    assert.match(lines.join(''), /relay worker died.*|told to die/);
    assert.match(lines.join(''), /RangeError/);
  });

  it('restart the store and tell the relay', async () => {
    const { url } = await begin(open());
    const before = await askPeer(url);
    void askPeer(url, 'die').catch(() => undefined);
    const after = await eventually(async () => {
      const answer = await askPeer(url);
      assert.ok(answer.store !== null && answer.store !== before.store);
      return answer;
    });
    assert.equal(after.losses, 1);
    assert.match(lines.join(''), /the store worker died/);
  });

  it('pass on what the relay refuses at start, and leave nothing running', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const { port } = stranger.address() as AddressInfo;
    await assert.rejects(begin(open(), port), (error: unknown) => {
      assert.ok(error instanceof RelayError);
      assert.equal(error.code, 'conflict');
      assert.match(error.message, new RegExp(String(port)));
      return true;
    });
    stranger.close();
  });

  it('fail to start where the relay dies at once', async () => {
    process.env['FIXTURE_RELAY'] = 'dies at start';
    await assert.rejects(begin(open()), { name: 'RelayError', code: 'internal' });
    assert.match(lines.join(''), /cannot start/);
  });

  it('start without a store that dies at once', async () => {
    process.env['FIXTURE_STORE'] = 'dies at start';
    const { url } = await begin(open());
    await eventually(async () => assert.equal((await askPeer(url)).store, null));
    delete process.env['FIXTURE_STORE'];
    await eventually(async () => assert.equal(typeof (await askPeer(url)).store, 'number'));
  });

  it('let a running request end when they close', async () => {
    const workers = open();
    const { url } = await begin(workers);
    const slow = fetch(`${url}/slow`).then((response) => response.text());
    await sleep(100);
    await workers.close();
    assert.equal(await slow, 'slow but whole');
    await assert.rejects(fetch(url));
  });

  it('end a relay that does not stop', async () => {
    process.env['FIXTURE_RELAY'] = 'never stops';
    const workers = open({ limits: { drainMs: 50, stopMs: 50 } });
    const { url } = await begin(workers);
    await workers.close();
    await assert.rejects(fetch(url));
  });

  it('keep what a library prints off our own output, and log it', async () => {
    const { url } = await begin(open());
    await fetch(`${url}/print`);
    while (!lines.some((line) => line.includes('printed by a library'))) await sleep(10);
  });

  it('say what has died and when it is back', async () => {
    const { url } = await begin(open());
    await fetch(`${url}/die`);
    await eventually(async () => assert.equal(troubles.at(-1), null));
    const [trouble] = troubles;
    assert.deepEqual(trouble, { worker: 'relay', message: 'told to die', restartInMs: 10 });
  });

  it('are warm before they are told to begin, and open nothing until then', async () => {
    const workers = open();
    await workers.warmUp();
    assert.equal(workers.bridgePort(), null);
    assert.doesNotMatch(lines.join(''), /relay speaks/);
    const { url } = await begin(workers);
    assert.equal(typeof (await askPeer(url)).store, 'number');
  });

  it('end at once where they were only warm', async () => {
    const workers = open();
    await workers.warmUp();
    await workers.close();
  });

  it('give ports into the bridge of the relay, as long as it lives', async () => {
    const workers = open();
    const { url } = await begin(workers);
    const port = workers.bridgePort();
    assert.ok(port !== null);
    const said = await new Promise((resolve) => port.once('message', resolve));
    assert.equal(said, 'bridge of e');
    const closed = new Promise((resolve) => port.once('close', resolve));
    await fetch(`${url}/die`);
    await closed;
    await workers.close();
    assert.equal(workers.bridgePort(), null);
  });

  it('start nothing after close', async () => {
    const workers = open();
    const { url } = await begin(workers);
    await fetch(`${url}/die`);
    await workers.close();
    await sleep(100);
    await assert.rejects(fetch(url));
  });
});
