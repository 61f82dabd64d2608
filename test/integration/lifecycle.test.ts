// How a core begins and ends: ready line, the lead among several, signals, crashes, bad surroundings.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aChatRequest } from '../support/builders.ts';
import { aConfig } from '../support/core-config.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import {
  createClientToken,
  runCore,
  runRelaycore,
  type RunCoreOptions,
  type RunningCore,
} from '../support/run-core.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

describe('the life of a core', () => {
  let folder: TemporaryFolder;
  let cores: RunningCore[];
  let mock: MockProvider | null;

  const start = async (options: RunCoreOptions = {}): Promise<RunningCore> => {
    const core = await runCore({ dataDir: folder.path, ...options });
    cores.push(core);
    return core;
  };
  const ask = (url: string, token: string, body: object = {}): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(aChatRequest({ model: 'demo', ...body })),
    });
  const startWithMock = async (server: object = {}): Promise<RunningCore> => {
    mock = await startMockProvider();
    return start({ config: aConfig(mock.url, { server }) });
  };
  const logLines = (text: string): { msg?: string; level?: string }[] =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as object]));

  beforeEach(() => {
    folder = temporaryFolder('life');
    cores = [];
    mock = null;
  });
  afterEach(async () => {
    await Promise.all(cores.map((core) => core.dispose()));
    await mock?.close();
    await chmod(folder.path, 0o700);
    folder.remove();
  });

  it('begins with one line on stdout, logs JSON on stderr and in a file, and ends with 0', async () => {
    const core = await start();
    const { url, pid, attached, dataDir, version, ...more } = core.ready;
    assert.match(String(url), /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(typeof pid, 'number');
    assert.deepEqual([attached, dataDir, version, more], [false, folder.path, '0.1.0', {}]);
    assert.deepEqual(await core.stop(), { code: 0, signal: null });
    assert.equal(core.stdout().split('\n').length, 2);
    const messages = new Set(logLines(core.stderr()).map(({ msg }) => msg));
    assert.ok(messages.has('RelayCore is ready') && messages.has('RelayCore has stopped'));
    const file = readFileSync(join(folder.path, 'logs/relaycore.log'), 'utf8');
    assert.ok(file.includes('RelayCore has stopped'));
    assert.ok(!existsSync(join(folder.path, 'instance.json')));
  });

  it('lets a stream run to its end after SIGTERM, takes nothing new, and ends with 0', async () => {
    const core = await startWithMock();
    const token = await core.createClientToken();
    mock?.respond({ kind: 'answer', chunks: 10, chunkDelayMs: 80 });
    const response = await ask(core.url, token, { model: 'gpt-4o-mini', stream: true });
    assert.equal(response.status, 200);
    const stopping = core.stop();
    await sleep(200);
    await assert.rejects(ask(core.url, token));
    assert.match(await response.text(), /data: \[DONE\]\s*$/);
    assert.deepEqual(await stopping, { code: 0, signal: null });
  });

  it('cuts off what does not end within the drain time', async () => {
    const core = await startWithMock({ drainTimeoutMs: 300 });
    const token = await core.createClientToken();
    mock?.respond({ kind: 'answer', chunks: 10, fault: { kind: 'stall', events: 2 } });
    const response = await ask(core.url, token, { model: 'gpt-4o-mini', stream: true });
    const reading = assert.rejects(response.text());
    const startedAt = Date.now();
    assert.deepEqual(await core.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - startedAt < 3000);
    await reading;
  });

  it('ends at once on a second signal', async () => {
    const core = await startWithMock({ drainTimeoutMs: 20_000 });
    const token = await core.createClientToken();
    mock?.respond({ kind: 'answer', chunks: 10, fault: { kind: 'stall', events: 2 } });
    const response = await ask(core.url, token, { model: 'gpt-4o-mini', stream: true });
    const reading = assert.rejects(response.text());
    process.kill(core.pid, 'SIGTERM');
    await sleep(300);
    process.kill(core.pid, 'SIGTERM');
    assert.equal((await core.exited).code, 143);
    await reading;
  });

  it('starts again at once after kill -9, and takes no notice of what the dead one left', async () => {
    const first = await start();
    const token = await first.createClientToken();
    await first.kill9();
    assert.ok(existsSync(join(folder.path, 'instance.json')));
    const status = await runRelaycore(['status', '--json', '--data-dir', folder.path]);
    assert.equal(status.code, 3);
    const second = await start();
    assert.equal(second.ready['attached'], false);
    assert.equal((await ask(second.url, token)).status, 200);
  });

  it('attaches to a core that runs, and leaves it running when it goes', async () => {
    const first = await start();
    const second = await start();
    assert.equal(second.ready['attached'], true);
    assert.equal(second.url, first.url);
    assert.notEqual(second.pid, first.pid);
    assert.deepEqual(await second.stop(), { code: 0, signal: null });
    assert.equal((await fetch(`${first.url}/health`)).status, 200);
  });

  it('takes lead and address over when the one it is attached to is killed', async () => {
    const first = await start();
    const token = await first.createClientToken();
    const second = await start();
    await first.kill9();
    const answer = async (): Promise<number> =>
      (await ask(second.url, token).catch(() => null))?.status ?? (await sleep(50), answer());
    assert.equal(await answer(), 200);
    const status = await runRelaycore(['status', '--json', '--data-dir', folder.path]);
    assert.equal((JSON.parse(status.stdout) as { pid: number }).pid, second.pid);
  });

  it('leads alone where two start at the same time', async () => {
    const both = await Promise.all([start(), start()]);
    assert.equal(both.filter(({ ready }) => ready['attached'] === true).length, 1);
    assert.equal(both[0]?.url, both[1]?.url);
  });

  it('logs a fault that nobody caught, lets go of all it holds, and ends with 1', async () => {
    if (process.platform === 'win32') return;
    const fault = 'process.on("SIGUSR2", () => { throw new Error("planted") })';
    const core = await start({ nodeArgs: ['--import', `data:text/javascript,${fault}`] });
    process.kill(core.pid, 'SIGUSR2');
    assert.deepEqual(await core.exited, { code: 1, signal: null });
    const fatal = logLines(core.stderr()).filter(({ level }) => level === 'fatal');
    assert.equal(fatal.length, 1);
    assert.ok(!existsSync(join(folder.path, 'instance.json')));
  });

  it('is reported, not raced, when it is suspended', async function () {
    if (process.platform === 'win32') return;
    const core = await start();
    process.kill(core.pid, 'SIGSTOP');
    const status = await runRelaycore(['status', '--data-dir', folder.path]);
    process.kill(core.pid, 'SIGCONT');
    assert.equal(status.code, 1);
    assert.match(status.stderr, new RegExp(`process ${core.pid}.*suspended`));
  });

  it('does not start on a port that another program has, and says which', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const args = ['serve', '--port', String(port), '--data-dir', folder.path];
    const { code, stdout, stderr } = await runRelaycore(args);
    stranger.close();
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, new RegExp(`^relaycore: .*port ${port}\\. .*--port`, 'm'));
    if (process.platform === 'linux') assert.match(stderr, new RegExp(`process ${process.pid}`));
  });

  it('does not start on a bad configuration, and points at the mistake', async () => {
    const config = join(folder.path, 'bad.yaml');
    await writeFile(config, 'server:\n  port: seventy\n');
    const args = ['serve', '--config', config, '--data-dir', folder.path];
    const { code, stdout, stderr } = await runRelaycore(args);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /bad\.yaml:2:/);
    const absent = await runRelaycore(['serve', '--config', `${config}.not`]);
    assert.equal(absent.code, 1);
    assert.match(absent.stderr, /no configuration file .*bad\.yaml\.not/);
  });

  it('runs in a folder that it cannot write, says so, and honours the tokens in it', async () => {
    const token = await createClientToken(folder.path);
    await chmod(join(folder.path, 'tokens.json'), 0o644);
    await chmod(folder.path, 0o555);
    const core = await start({ prefix: unprivileged() });
    const warnings = String(core.ready['warnings']);
    assert.match(warnings, /cannot be written/);
    assert.equal((await ask(core.url, token)).status, 200);
    assert.match(core.stderr(), /cannot be written/);
    assert.equal((await ask(core.url, 'rc_c_wrong')).status, 401);
    assert.deepEqual(await core.stop(), { code: 0, signal: null });
    await chmod(folder.path, 0o700);
    assert.deepEqual((await readdir(folder.path)).toSorted(), ['leader.db', 'tokens.json']);
  });

  it('does not create a token where it cannot be stored', async () => {
    const dataDir = join(folder.path, 'data');
    await mkdir(dataDir, { mode: 0o555 });
    await chmod(folder.path, 0o755);
    const prefix = unprivileged();
    const args = ['token', 'create', 'a', '--data-dir', dataDir];
    const { code, stdout, stderr } = await runRelaycore(args, { prefix });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^relaycore: Cannot write .*tokens\.json: .*permissions/);
  });

  /** Root may write anywhere, so that as root the core has to run as somebody else. */
  function unprivileged(): string[] {
    if (process.getuid?.() !== 0) return [];
    return ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  }
});
