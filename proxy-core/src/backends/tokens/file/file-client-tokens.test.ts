import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '../../../domain/relay-error.ts';
import { createFileClientTokens, type FileClientTokens } from './file-client-tokens.ts';

describe('client tokens in a file', () => {
  let dataDir: string;
  let warnings: string[];
  let opened: FileClientTokens[];

  const open = async (isWatching = false): Promise<FileClientTokens> => {
    const log = { warn: (_fields: object, message: string) => void warnings.push(message) };
    const tokens = await createFileClientTokens({ log, now: () => 1000 }, { dataDir, isWatching });
    opened.push(tokens);
    return tokens;
  };
  const path = (): string => join(dataDir, 'tokens.json');
  const hasCode =
    (code: string) =>
    (error: unknown): boolean =>
      error instanceof RelayError && error.code === code;
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await sleep(5);
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'relaycore-tokens-'));
    warnings = [];
    opened = [];
  });
  afterEach(async () => {
    for (const tokens of opened) await tokens.close();
    await rm(dataDir, { recursive: true });
  });

  it('verifies what it created and nothing else', async () => {
    const tokens = await open();
    const { id, token, createdAt } = await tokens.create('my editor');
    assert.match(token, /^rc_c_[A-Za-z0-9_-]{43}$/);
    assert.equal(createdAt, 1000);
    assert.equal(tokens.verify(token)?.id, id);
    assert.equal(tokens.verify(token)?.name, 'my editor');
    assert.equal(tokens.verify(`${token}x`), null);
    assert.equal(tokens.verify('rc_c_'), null);
    assert.equal(tokens.verify(''), null);
  });

  it('knows its tokens again after a restart', async () => {
    const { token } = await (await open()).create('a');
    assert.equal((await open()).verify(token)?.name, 'a');
  });

  it('keeps no token in the file, and the file private', async () => {
    const { token } = await (await open()).create('a');
    const text = await readFile(path(), 'utf8');
    assert.ok(!text.includes(token.slice(5)));
    assert.equal((await stat(path())).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(dataDir), ['tokens.json']);
  });

  it('revokes by name and by id, at once', async () => {
    const tokens = await open();
    const a = await tokens.create('a');
    const b = await tokens.create('b');
    assert.equal(await tokens.revoke('a'), true);
    assert.equal(tokens.verify(a.token), null);
    assert.equal(await tokens.revoke(b.id), true);
    assert.equal(tokens.verify(b.token), null);
    assert.equal(await tokens.revoke('a'), false);
    assert.deepEqual(tokens.list(), []);
  });

  it('refuses a name in use', async () => {
    const tokens = await open();
    const { id } = await tokens.create('a');
    await assert.rejects(tokens.create('a'), hasCode('conflict'));
    await assert.rejects(tokens.create(id), hasCode('conflict'));
  });

  it('gives a name to only one of two who ask at a time', async () => {
    const tokens = await open();
    const results = await Promise.allSettled([tokens.create('a'), tokens.create('a')]);
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal(tokens.list().length, 1);
  });

  for (const name of [
    '',
    ' a',
    'a ',
    'a\nb',
    'a\u0000',
    'a\u202eb',
    '..',
    'x'.repeat(65),
    'rc_c_abc',
  ]) {
    it(`refuses the name ${JSON.stringify(name.slice(0, 12))}`, async () => {
      await assert.rejects((await open()).create(name), hasCode('bad_request'));
    });
  }

  it('takes names in any script', async () => {
    const tokens = await open();
    await tokens.create('Häkel-Äffchen 猿 🙈');
    assert.equal(tokens.list()[0]?.name, 'Häkel-Äffchen 猿 🙈');
  });

  it('follows what another process writes, within a second', async () => {
    const watching = await open(true);
    const other = await open();
    const { token } = await other.create('a');
    await until(() => watching.verify(token) !== null);
    await other.revoke('a');
    await until(() => watching.verify(token) === null);
  });

  it('adds to what another process wrote meanwhile', async () => {
    const first = await open();
    const second = await open();
    await first.create('a');
    await second.create('b');
    const names = (await open()).list().map(({ name }) => name);
    assert.deepEqual(names, ['a', 'b']);
  });

  it('moves a corrupt file aside and says so', async () => {
    await writeFile(path(), '{"version": 1, "tokens": [{"id"');
    const tokens = await open();
    assert.deepEqual(tokens.list(), []);
    assert.match(warnings.join(), /corrupt/);
    assert.match((await readdir(dataDir)).join(), /^tokens\.json\.corrupt-/);
    await tokens.create('a');
    assert.equal((await open()).list().length, 1);
  });

  it('takes a file of another form for corrupt', async () => {
    await writeFile(path(), '{"version": 1, "tokens": [{"id": "x", "name": "n", "hash": "no"}]}');
    await open();
    assert.match(warnings.join(), /corrupt/);
  });

  it('leaves the file of a newer RelayCore where it is', async () => {
    await writeFile(path(), '{"version": 2, "tokens": {}}');
    const tokens = await open();
    assert.deepEqual(tokens.list(), []);
    assert.deepEqual(await readdir(dataDir), ['tokens.json']);
    await assert.rejects(tokens.create('a'), hasCode('storage_failed'));
  });

  it('keeps the last good tokens when the file is broken while it runs', async () => {
    const tokens = await open(true);
    const { token } = await tokens.create('a');
    await writeFile(path(), 'half wri');
    await until(() => warnings.length > 0);
    assert.equal(tokens.verify(token)?.name, 'a');
    assert.deepEqual(await readdir(dataDir), ['tokens.json']);
  });

  it('takes a removed file for no tokens', async () => {
    const tokens = await open();
    const { token } = await tokens.create('a');
    await rm(path());
    await tokens.reload();
    assert.equal(tokens.verify(token), null);
  });

  it('narrows permissions that are too wide and says so', async () => {
    await (await open()).create('a');
    await chmod(path(), 0o644);
    await open();
    assert.equal((await stat(path())).mode & 0o777, 0o600);
    assert.match(warnings.join(), /other users/);
  });

  it('creates nothing that it cannot write', async () => {
    const tokens = await open();
    await rm(dataDir, { recursive: true });
    await writeFile(dataDir, 'a file where the folder was');
    await assert.rejects(tokens.create('a'), hasCode('storage_failed'));
    assert.deepEqual(tokens.list(), []);
  });

  it('calls nobody after close', async () => {
    const tokens = await open(true);
    await tokens.close();
    await writeFile(path(), 'broken');
    await sleep(30);
    assert.deepEqual(warnings, []);
  });
});
