import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from './settings-error.ts';
import { parseSettingsFile, readSettingsFile } from './settings-file.ts';

function refusalOf(yaml: string): string {
  try {
    parseSettingsFile('config.yaml', yaml);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  return 'taken';
}

describe('parseSettingsFile', () => {
  it('takes a file that is empty or holds only comments', () => {
    for (const text of ['', '\n\n', '# nothing\n', '---\n']) {
      assert.deepEqual(parseSettingsFile('config.yaml', text).tree, {}, JSON.stringify(text));
    }
  });

  it('tells where the syntax is wrong', () => {
    assert.match(refusalOf('server:\n  port: [1\n'), /^config\.yaml:3:1: Flow sequence .*\.$/);
    assert.match(refusalOf('server:\n\tport: 1'), /^config\.yaml:2:1: Tabs are not allowed/);
    assert.match(refusalOf('a: "x'), /^config\.yaml:1:\d+: Missing closing "quote/);
    assert.equal(
      refusalOf('a: &b 1\nb: [*b, *c]\nc: &c 1'),
      'config.yaml:2:9: This alias names no anchor that stands before it.',
    );
  });

  it('tells the same of the same place once', () =>
    assert.equal(refusalOf('server: [[\n').match(/Flow sequence/g)?.length, 1));

  it('tells where a name stands for the second time', () => {
    assert.equal(
      refusalOf('server: {port: 1}\ncache: {}\nserver: {}\n'),
      'config.yaml:3:1: This name stands here for the second time in one section.',
    );
  });

  it('refuses a second document', () => {
    assert.equal(
      refusalOf('---\nserver: {}\n---\ncache: {}\n'),
      'config.yaml:3:1: The file holds a second document; take out the `---` line.',
    );
  });

  it('refuses what is no mapping', () => {
    for (const text of ['text', '- a\n- b', '5']) {
      assert.match(refusalOf(text), /^config\.yaml:1:1: The file must hold sections/);
    }
  });

  it('refuses aliases that multiply without end', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`);
    }
    assert.match(refusalOf(lines.join('\n')), /Excessive alias count/);
  });

  it('shows no key in the messages of the parser', () => {
    const text = refusalOf('a: *sk-ant-api03-abcdefghijklmn\n"sk-ant-api03-abcdefghijklmn');
    assert.equal(text.includes('abcdef'), false, text);
  });

  it('counts lines and columns as an editor does', () => {
    const file = parseSettingsFile('config.yaml', 'a:\r\n  b: [x, y]\r\n  "c d": z\r\n');
    assert.deepEqual(file.locate(['a'], 'name'), { line: 1, column: 1 });
    assert.deepEqual(file.locate(['a', 'b', 1], 'value'), { line: 2, column: 10 });
    assert.deepEqual(file.locate(['a', 'c d'], 'name'), { line: 3, column: 3 });
    assert.deepEqual(file.locate(['a', 'c d'], 'value'), { line: 3, column: 10 });
    assert.deepEqual(file.locate(['a', 'missing', 'x'], 'value'), { line: 1, column: 1 });
  });

  it('follows aliases to where the value stands', () => {
    const file = parseSettingsFile('config.yaml', 'a: &x\n  b: 1\nc: *x\n');
    assert.deepEqual(file.locate(['c', 'b'], 'value'), { line: 2, column: 6 });
  });
});

describe('readSettingsFile', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'relaycore-settings-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  async function refusal(path: string, mustExist = false): Promise<string> {
    const error = await readSettingsFile(path, mustExist).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof SettingsError);
    assert.equal(error.code, 'bad_config');
    return error.message.replace(home, '~');
  }

  it('takes a missing file for an empty one, unless it was asked for', async () => {
    const path = join(home, 'config.yaml');
    assert.equal((await readSettingsFile(path, false)).text, null);
    assert.equal(await refusal(path, true), '~/config.yaml: There is no such file.');
  });

  it('refuses a folder', async () => {
    assert.equal(await refusal(home), '~: This is a folder, not a configuration file.');
  });

  it('refuses what cannot be read', async () => {
    const path = join(home, 'config.yaml');
    symlinkSync(path, path);
    assert.equal(
      await refusal(path),
      '~/config.yaml: The configuration file cannot be read (ELOOP).',
    );
  });

  it('refuses what the user may not read', async function () {
    // Only root is allowed to become someone else here, and only root may read everything.
    const path = join(home, 'config.yaml');
    writeFileSync(path, '', { mode: 0o000 });
    if (process.platform === 'win32') return;
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      assert.match(await refusal(path), /may not be read; correct its permissions\.$/);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('refuses what is not UTF-8, or far too large', async () => {
    const path = join(home, 'config.yaml');
    writeFileSync(path, Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    assert.equal(await refusal(path), '~/config.yaml: The configuration file is not UTF-8 text.');
    writeFileSync(path, `# ${'x'.repeat(1_100_000)}`);
    assert.equal(await refusal(path), '~/config.yaml: The configuration file is over 1 MiB.');
  });
});
