import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from './command-line.ts';
import { commands } from './commands.ts';
import { createFakeTerminal, type FakeTerminal } from './testing/fake-terminal.ts';

describe('the command line', () => {
  let dataDir: string;

  const run = async (
    line: string,
    options: { isTTY?: boolean; environment?: Record<string, string> } = {},
  ): Promise<{ code: number } & FakeTerminal> => {
    const environment = { RELAYCORE_HOME: dataDir, ...options.environment };
    const fake = createFakeTerminal(environment, options);
    const parameters = line === '' ? [] : line.split(' ');
    const code = await runCommandLine(fake.terminal, { parameters, version: '1.2.3' });
    return { code, ...fake };
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'relaycore-cli-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  it('shows help on stdout where it is asked for', async () => {
    const { code, stdout, stderr } = await run('--help');
    assert.equal(code, 0);
    assert.match(stdout(), /serve/);
    assert.match(stdout(), /Exit codes:/);
    assert.equal(stderr(), '');
  });

  it('shows for every command its options and examples', async () => {
    for (const { name, examples } of commands) {
      const { code, stdout } = await run(`${name} --help`);
      assert.equal(code, 0);
      assert.match(stdout(), /--data-dir/);
      for (const example of examples) assert.ok(stdout().includes(`relaycore ${example}`));
    }
  });

  it('tells its version', async () => {
    const { code, stdout } = await run('--version');
    assert.deepEqual([code, stdout()], [0, '1.2.3\n']);
  });

  for (const line of [
    '',
    'token',
    'nonsense',
    'serve --port x',
    'token create',
    'token create a b',
    'usage --by colour',
    'usage --today --from 2026-01-01',
    'usage --from 2026-11-30 --to 2026-11-01',
    'cache clear --model a --provider b',
    'status --nonsense',
  ]) {
    it(`does not understand "relaycore ${line}" and ends with 2`, async () => {
      const { code, stdout, stderr } = await run(line);
      assert.equal(code, 2);
      assert.equal(stdout(), '');
      assert.notEqual(stderr(), '');
    });
  }

  it('suggests the command that was probably meant', async () => {
    const { stderr } = await run('tokn');
    assert.match(stderr(), /^relaycore: unknown command 'tokn'\n\(Did you mean token\?\)/);
  });

  for (const line of ['status', 'usage', 'cache stats', 'cache clear', 'ui']) {
    it(`ends "relaycore ${line}" with 3 where no core runs`, async () => {
      const { code, stdout, stderr } = await run(line);
      assert.equal(code, 3);
      assert.equal(stdout(), '');
      assert.match(stderr(), /^relaycore: RelayCore is not running .* relaycore serve\n$/);
    });
  }

  it('tells programs as well that no core runs', async () => {
    const { code, stdout } = await run('status --json');
    assert.equal(code, 3);
    assert.deepEqual(JSON.parse(stdout()), { running: false, dataDir });
  });

  it('creates, lists and revokes tokens without a core', async () => {
    const created = await run('token create my-editor');
    assert.match(created.stdout(), /^rc_c_[A-Za-z0-9_-]{43}\n$/);
    const listed = await run('token list --json');
    const { tokens } = JSON.parse(listed.stdout()) as { tokens: { name: string }[] };
    assert.deepEqual(
      tokens.map(({ name }) => name),
      ['my-editor'],
    );
    assert.match((await run('token list')).stdout(), /my-editor/);
    const again = await run('token create my-editor');
    assert.equal(again.code, 1);
    assert.match(again.stderr(), /Revoke it first/);
    assert.equal((await run('token revoke my-editor')).code, 0);
    const missing = await run('token revoke my-editor');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr(), /relaycore token list/);
  });

  it('makes no folder to list the tokens in', async () => {
    const absent = join(dataDir, 'absent');
    const { code, stdout } = await run(`token list --json --data-dir ${absent}`);
    assert.deepEqual([code, stdout()], [0, '{"tokens":[]}\n']);
    assert.deepEqual(await readdir(dataDir), []);
  });

  it('says so when the data folder is a file', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    const { code, stderr } = await run(`token create a --data-dir ${file}`);
    assert.equal(code, 1);
    assert.match(stderr(), /not a folder/);
  });

  it('explains the settings without a core, with the place of each', async () => {
    await writeFile(join(dataDir, 'config.yaml'), 'cache:\n  ttlSeconds: 60\n');
    const environment = { RELAYCORE_SERVER__PORT: '1234' };
    const { code, stdout } = await run('config explain --json', { environment });
    assert.equal(code, 0);
    const { settings } = JSON.parse(stdout()) as {
      settings: { path: string; value: unknown; source: string }[];
    };
    const find = (path: string): unknown[] => {
      const setting = settings.find((each) => each.path === path);
      return [setting?.value, setting?.source];
    };
    assert.deepEqual(find('cache.ttlSeconds'), [60, 'config.yaml:2:3']);
    assert.deepEqual(find('server.port'), [1234, 'RELAYCORE_SERVER__PORT']);
    const one = await run('config explain cache.ttlSeconds');
    assert.equal(one.stdout().trim().split('\n').length, 2);
    assert.equal((await run('config explain no.such.thing')).code, 1);
  });

  it('checks a configuration file and points at each mistake', async () => {
    const file = join(dataDir, 'config.yaml');
    const missing = await run('config check');
    assert.equal(missing.code, 0);
    assert.match(missing.stdout(), /There is no .*config\.yaml; the defaults hold\./);
    const missingAsJson = JSON.parse((await run('config check --json')).stdout()) as object;
    assert.deepEqual(missingAsJson, { valid: true, exists: false, file, issues: [], warnings: [] });
    await writeFile(
      file,
      'budgets: [{period: day, limitUsd: 1}]\ncache: {semantic: {enabled: true}}\n',
    );
    const { stdout } = await run('config check');
    assert.match(
      stdout(),
      /is valid\.\n! budgets are not enforced yet.*\n! cache\.semantic is not/,
    );
    await writeFile(file, 'server:\n  prot: 1\n');
    const { code, stderr } = await run('config check');
    assert.equal(code, 1);
    assert.match(stderr(), /config\.yaml:2:3: .*server\.port/);
    const asJson = await run(`config check ${file} --json`);
    assert.equal(asJson.code, 1);
    const { valid, issues } = JSON.parse(asJson.stdout()) as { valid: boolean; issues: object[] };
    assert.deepEqual([valid, issues.length], [false, 1]);
    assert.equal((await run('config check absent.yaml')).code, 1);
  });

  it('colours for people only, and not where they do not want it', async () => {
    await mkdir(dataDir, { recursive: true });
    await run('token create a');
    const isColoured = ({ stdout }: FakeTerminal): boolean => stdout().includes('\u001b[');
    assert.equal(isColoured(await run('token list', { isTTY: true })), true);
    assert.equal(isColoured(await run('token list')), false);
    const environment = { NO_COLOR: '1' };
    assert.equal(isColoured(await run('token list', { isTTY: true, environment })), false);
  });
});
