import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { editSettingsText } from './edit-settings-text.ts';
import { SettingsError } from './settings-error.ts';
import { applyPatch, type Tree } from './tree.ts';

function edit(text: string | null, change: Tree): string {
  return editSettingsText({ path: 'config.yaml', text }, change);
}

const file = `# Mine

server:    { host: 127.0.0.1, port: 7352 }   # the port
providers:                       # key = id
    # the lab
    lab:   { type: openai-compatible,  baseUrl: "http://127.0.0.1:9000/v1" }
    other:
        type:   openai-compatible   # two
        models:
          - a
          - b   # last
    # end of providers

cache:
  ttlSeconds: 60

# the end
`;

function changedLines(text: string): string[] {
  const before = file.split('\n');
  return text.split('\n').filter((line) => !before.includes(line));
}

describe('editSettingsText', () => {
  it('replaces values and touches nothing else', () => {
    const text = edit(file, {
      server: { port: 8000 },
      providers: { lab: { baseUrl: 'https://h/v1' }, other: { type: 'openai' } },
      cache: { ttlSeconds: 120 },
    });
    assert.equal(
      text,
      file
        .replace('port: 7352', 'port: 8000')
        .replace('"http://127.0.0.1:9000/v1"', 'https://h/v1')
        .replace('type:   openai-compatible', 'type:   openai')
        .replace('ttlSeconds: 60', 'ttlSeconds: 120'),
    );
  });

  it('inserts below the neighbours and touches nothing else', () => {
    const text = edit(file, {
      server: { bodyLimitMb: 5 },
      providers: { third: { type: 'openai', models: ['m'] } },
      cache: { semantic: { enabled: true } },
      log: { level: 'debug' },
    });
    assert.equal(
      text,
      file
        .replace('port: 7352 }', 'port: 7352, bodyLimitMb: 5 }')
        .replace(
          'b   # last\n',
          'b   # last\n    third:\n      type: openai\n      models:\n        - m\n',
        )
        .replace(
          'ttlSeconds: 60\n',
          'ttlSeconds: 60\n  semantic:\n    enabled: true\nlog:\n  level: debug\n',
        ),
    );
  });

  it('takes out what is null and touches nothing else', () => {
    const text = edit(file, {
      server: { host: null },
      providers: { lab: { baseUrl: null } },
      cache: { ttlSeconds: null, mode: null },
      log: { level: null },
    });
    assert.deepEqual(changedLines(text), [
      'server:    { port: 7352 }   # the port',
      '    lab:   { type: openai-compatible }',
    ]);
    assert.equal(text.split('\n').length, file.split('\n').length - 1);
  });

  it('replaces lists where they stand', () => {
    const text = edit(file, { providers: { other: { models: ['x', 'y', 'z'] } } });
    assert.match(text, /models:\n {10}- x\n {10}- y\n {10}- z {3}# last\n/);
    assert.match(
      edit('budgets: [] # none\n', { budgets: [{ period: 'day' }] }),
      /^budgets: \[.*\] # none\n$/,
    );
  });

  it('fills a section that was left empty and keeps the comments in it', () => {
    assert.equal(
      edit('server: # here\n  # port: 1\nlog:\n  level:', {
        server: { port: 2 },
        log: { level: 'warn' },
      }),
      'server: # here\n  port: 2\n  # port: 1\nlog:\n  level: warn',
    );
  });

  it('begins a new file with a word about it', () => {
    for (const text of [null, '', '\n']) {
      assert.equal(
        edit(text, { log: { level: 'debug', maxFiles: null } }),
        '# Configuration of RelayCore. Changes take effect within a second.\n\nlog:\n  level: debug\n',
      );
    }
  });

  it('keeps the comments of a file that has nothing else', () => {
    const text = edit('# first\n\n# second\n', { log: { level: 'debug' } });
    assert.match(text, /# first\n/);
    assert.match(text, /# second\n/);
    assert.deepEqual(parse(text), { log: { level: 'debug' } });
  });

  it('keeps the line feeds of Windows', () => {
    assert.equal(
      edit('log:\r\n  level: info\r\n', { log: { maxFiles: 3 } }),
      'log:\r\n  level: info\r\n  maxFiles: 3\r\n',
    );
  });

  it('refuses to edit through an alias', () => {
    assert.throws(
      () => edit('x: &x {level: info}\nlog: *x\n', { log: { level: 'debug' } }),
      (error) => error instanceof SettingsError && /make it by hand/.test(error.message),
    );
  });

  it('writes what was asked for, whatever the file looks like', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'long name', 'x.y', 'true', '1');
    const value = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.boolean(),
      fc.string({ maxLength: 6 }),
      fc.constantFrom('a: b', '# c', 'null', '{', 'http://h:1/v1', 'yes, no', 'two\nlines'),
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    );
    const { tree } = fc.letrec<{ tree: Tree; node: unknown }>((tie) => ({
      tree: fc.dictionary(name, tie('node'), { maxKeys: 3 }),
      node: fc.oneof({ depthSize: 'small' }, value, tie('tree')),
    }));
    const nulls = tree.map((each) =>
      Object.fromEntries(Object.keys(each).map((key) => [key, null])),
    );
    const style = fc.constantFrom('block', 'flow');
    const withoutEmpty = (each: unknown): unknown =>
      JSON.parse(JSON.stringify(each), (_key, inner: unknown) =>
        JSON.stringify(inner) === '{}' ? null : inner,
      );
    fc.assert(
      fc.property(tree, fc.oneof(tree, nulls), style, (before, change, collectionStyle) => {
        const text = `# top\n${stringify(before, { collectionStyle: collectionStyle === 'flow' ? 'flow' : 'any' })}# end\n`;
        const after = edit(text, change);
        assert.deepEqual(
          withoutEmpty(parse(after) ?? {}),
          withoutEmpty(applyPatch(before, change)),
        );
        assert.ok(after.includes('# top') && after.includes('# end'), after);
      }),
      { numRuns: 50 },
    );
  });
});
