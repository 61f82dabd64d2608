// To extend RelayCore is one new folder and one line in the registry beside it: the two agree, so
// that nothing is written and never used, and nothing is used that lies elsewhere.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './sources.ts';

const core = join(root, 'proxy-core/src');
const longestOrder = 60;

/** Names of the parts in a folder; `testing/` holds what their tests share. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return folders.filter((name) => name !== 'testing');
}

/** What a file imports from beside it: `./openai/…` is `openai`, `./usage.ts` is `usage.ts`. */
async function importedBeside(file: string, statement: RegExp): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const imports = (text.match(/^import [^;]*;/gm) ?? []).filter((line) => statement.test(line));
  const names = imports.map((line) => / from '\.\/([^/']+)/.exec(line)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

const anyImport = /^import /;
const valueImport = /^import (?!type )/;
const isTest = (name: string): boolean => name.endsWith('.test.ts');
const isFolder = (name: string): boolean => !name.endsWith('.ts');

const registryFolders = [
  'dialects',
  'providers',
  ...(await foldersIn(join(core, 'backends'))).map((kind) => `backends/${kind}`),
];

describe('a registry', () => {
  for (const folder of registryFolders) {
    it(`of ${folder} imports each folder beside it, and nothing else does so`, async () => {
      const registry = join(core, folder, 'registry.ts');
      assert.ok(existsSync(registry), `${folder}/registry.ts is missing`);
      const folders = await foldersIn(join(core, folder));
      const imported = await importedBeside(registry, anyImport);
      assert.deepEqual(imported.filter(isFolder), folders.toSorted());
    });
  }

  it('of the control plane imports each endpoint beside it', async () => {
    const folder = join(core, 'control');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
    const endpoints: string[] = [];
    for (const name of names.filter((one) => one !== 'endpoints.ts' && !isTest(one))) {
      const text = await readFile(join(folder, name), 'utf8');
      if (/\): (?:readonly )?ControlEndpoint(?:\[\])? \{$/m.test(text)) endpoints.push(name);
    }
    assert.ok(endpoints.length > 0, 'no endpoint was found');
    assert.deepEqual(
      await importedBeside(join(folder, 'endpoints.ts'), valueImport),
      endpoints.toSorted(),
    );
  });

  it('of the command line imports each command', async () => {
    const folder = join(core, 'cli');
    const text = await readFile(join(folder, 'commands.ts'), 'utf8');
    const imported = [...text.matchAll(/^import .* from '\.\/commands\/([^']+)';$/gm)];
    const commands = (await readdir(join(folder, 'commands'))).filter((name) => !isTest(name));
    assert.deepEqual(
      imported.map((match) => match[1]),
      commands.toSorted(),
    );
  });
});

describe('the order of the pipeline', () => {
  const order = join(core, 'pipeline/relay.ts');

  it(`fits in ${longestOrder} lines`, async () => {
    const lines = (await readFile(order, 'utf8')).trimEnd().split('\n');
    assert.ok(lines.length <= longestOrder, `relay.ts has ${lines.length} lines`);
  });

  it('and the list of its stages know every stage that has a folder', async () => {
    const lists = [order, join(core, 'pipeline/stages.ts')];
    const imported = await Promise.all(lists.map((file) => importedBeside(file, anyImport)));
    assert.deepEqual(
      new Set(imported.flat().filter(isFolder)),
      new Set(await foldersIn(join(core, 'pipeline'))),
    );
  });
});
