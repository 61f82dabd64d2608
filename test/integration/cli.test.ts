// The command line as people and scripts use it, as processes against a core that runs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { aChatRequest } from '../support/builders.ts';
import { aConfig } from '../support/core-config.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import {
  coreCommand,
  runCore,
  runRelaycore,
  testEnvironment,
  type CommandResult,
  type RunningCore,
} from '../support/run-core.ts';

describe('the command line with a core that runs', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let token: string;

  const run = (...args: string[]): Promise<CommandResult> =>
    runRelaycore([...args, '--data-dir', core.dataDir]);
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const runJson = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await succeed(...args, '--json')) as Record<string, unknown>;
  const ask = async (body: object, headers: object = {}): Promise<number> => {
    const response = await fetch(`${core.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify(aChatRequest(body as Record<string, unknown>)),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const askModels = async (bearer: string): Promise<number> => {
    const headers = { authorization: `Bearer ${bearer}` };
    const response = await fetch(`${core.url}/v1/models`, { headers });
    await response.arrayBuffer();
    return response.status;
  };

  before(async () => {
    mock = await startMockProvider();
    core = await runCore({ config: aConfig(mock.url) });
    token = await core.createClientToken('main');
    const usage = { input: 1000, output: 500 };
    mock.forModel('gpt-4o-mini', { kind: 'answer', usage });
    mock.forModel('gpt-nobody-knows', { kind: 'answer', usage });
    for (let count = 0; count < 2; count++) await ask({ model: 'gpt-4o-mini', temperature: 0 });
    await ask({ model: 'gpt-nobody-knows' });
    await sleep(600);
  });
  after(async () => {
    await core.dispose();
    await mock.close();
  });

  it('says how the core is', async () => {
    const status = await runJson('status');
    assert.equal(status['running'], true);
    assert.equal(status['url'], core.url);
    assert.equal(status['pid'], core.pid);
    const text = await succeed('status');
    assert.match(text, /^RelayCore .* is running\.\n/);
    assert.ok(text.includes(core.url) && text.includes('openai'));
  });

  it('opens the data plane with a token that it creates, and shuts it with revoke, at once', async () => {
    const created = (await succeed('token', 'create', 'one')).trim();
    assert.equal(await askModels(created), 200);
    assert.match(await succeed('token', 'list'), /^one /m);
    await succeed('token', 'revoke', 'one');
    assert.equal(await askModels(created), 401);
    const again = await run('token', 'revoke', 'one');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^relaycore: There is no client token .*relaycore token list\n$/);
  });

  it("passes on the core's refusal of a name in use", async () => {
    const { code, stdout, stderr } = await run('token', 'create', 'main');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^relaycore: .*"main".*\n$/);
  });

  it('takes names with any printable character', async () => {
    const name = 'a/b?c#d %2e "é" 猿';
    await succeed('token', 'create', name);
    const { tokens } = (await runJson('token', 'list')) as { tokens: { name: string }[] };
    assert.ok(tokens.some((each) => each.name === name));
    assert.deepEqual(await runJson('token', 'revoke', name), { revoked: true });
  });

  it('counts what was used, exactly where it is known and never as nothing where it is not', async () => {
    const report = await runJson('usage', '--today', '--by', 'model');
    const groups = report['groups'] as { key: string; sums: Record<string, number> }[];
    const known = groups.find(({ key }) => key === 'gpt-4o-mini')?.sums;
    assert.equal(known?.['requests'], 2);
    assert.equal(known?.['cacheHits'], 1);
    const cost = known?.['costNanoUsd'] ?? 0;
    assert.ok(cost > 0);
    const text = await succeed('usage', '--by', 'model');
    const dollars = (cost / 1e9).toFixed(9).replace(/0+$/, '');
    assert.match(text, new RegExp(`^gpt-4o-mini .* ${dollars.replace('.', '[.]')} `, 'm'));
    assert.match(text, /^gpt-nobody-knows .* unknown /m);
    assert.match(text, new RegExp(`^Total .* ${dollars.replace('.', '[.]')} \\+ unknown `, 'm'));
    assert.match(await succeed('usage'), /The cost of 1 request is not known/);
    const none = await runJson('usage', '--from', '2020-01-01', '--to', '2020-12-31');
    assert.equal((none['totals'] as { requests: number }).requests, 0);
  });

  it('shows and clears the cache', async () => {
    const stats = await runJson('cache', 'stats');
    assert.equal((stats['disk'] as { entries: number }).entries, 1);
    assert.equal(stats['hits'], 1);
    assert.match(await succeed('cache', 'stats'), /^disk +1 /m);
    assert.deepEqual(await runJson('cache', 'clear', '--older-than', '1h'), { cleared: 0 });
    assert.deepEqual(await runJson('cache', 'clear', '--model', 'other'), { cleared: 0 });
    assert.equal(await succeed('cache', 'clear'), 'Cleared 1 answer.\n');
  });

  it('explains the settings of the running core, its command line included', async () => {
    const { settings } = (await runJson('config', 'explain', 'server')) as {
      settings: { path: string; value: unknown; source: string }[];
    };
    const port = settings.find(({ path }) => path === 'server.port');
    assert.deepEqual([port?.value, port?.source], [0, 'command line']);
    const text = await succeed('config', 'explain', 'providers.openai.baseUrl');
    assert.ok(text.includes(`${mock.url}/v1`) && text.includes('config.yaml:'));
    assert.match(await succeed('config', 'check'), /config\.yaml is valid/);
  });

  it('prints an address that opens the page once', async () => {
    const { url } = (await runJson('ui')) as { url: string };
    assert.ok(url.startsWith(`${core.url}/ui#ticket=`));
    assert.match(await succeed('ui'), /^http:\S+\n$/);
    const ticket = new URL(url).hash.slice('#ticket='.length);
    const redeem = async (): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ ticket });
      const options = { method: 'POST', headers, body };
      return (await fetch(`${core.url}/v1/ui/sessions`, options)).status;
    };
    assert.equal((await redeem()) < 300, true);
    assert.equal((await redeem()) >= 400, true);
  });

  it('does not mind a reader that has seen enough', async function () {
    if (process.platform === 'win32') return;
    const [program, ...parameters] = coreCommand().map((part) => `'${part}'`);
    const command = `(${program} ${parameters.join(' ')} config explain --data-dir '${core.dataDir}'; echo code $? >&2) | head -c 1`;
    const { stderr } = await promisify(execFile)('sh', ['-c', command], { env: testEnvironment() });
    assert.equal(stderr, 'code 0\n');
  });

  it('leaves no token in any log', async () => {
    const folder = join(core.dataDir, 'logs');
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const logs = [core.stderr(), ...files].join('');
    for (const secret of [token, core.controlToken]) assert.ok(!logs.includes(secret.slice(5)));
  });
});

describe('the tokens of a core that runs', () => {
  it('follow the file within a second, and survive its being broken', async () => {
    await using core = await runCore();
    const file = join(core.dataDir, 'tokens.json');
    const token = await core.createClientToken('a');
    const status = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${core.url}/v1/models`, { headers })).status;
    };
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.slice(0, 40));
    await sleep(1000);
    assert.equal(await status(), 200);
    assert.match(core.stderr(), /client tokens cannot be read/);
    writeFileSync(file, '{"version": 1, "tokens": []}');
    await sleep(1000);
    assert.equal(await status(), 401);
  });

  it('are put aside where the file is corrupt at the start, which is told', async () => {
    await using first = await runCore();
    await first.createClientToken('a');
    await first.stop();
    writeFileSync(join(first.dataDir, 'tokens.json'), 'no JSON');
    await using second = await runCore({ dataDir: first.dataDir });
    assert.match(second.stderr(), /corrupt and was put aside/);
    assert.ok(readdirSync(first.dataDir).some((name) => name.startsWith('tokens.json.corrupt-')));
    assert.match(await second.createClientToken('a'), /^rc_c_/);
  });
});
