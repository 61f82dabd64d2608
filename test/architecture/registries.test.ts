// To extend RelayCore is one new folder and one line in the registry beside it: the two agree, so
// that nothing is written and never used, and nothing is used that lies elsewhere.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './sources.ts';

const core = join(root, 'proxy-core/src');
const longestOrder = 60;

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** What a file imports from beside it: `./openai/…` is `openai`, `./usage.ts` is `usage.ts`. */
async function importedBeside(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const matches = text.matchAll(/^(?:import|export|\}).* from '\.\/([^/']+)/gm);
  return [...new Set([...matches].map((match) => match[1] ?? ''))].toSorted();
}

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
      const imported = (await importedBeside(registry)).filter((name) => !name.endsWith('.ts'));
      assert.deepEqual(imported, folders.toSorted());
    });
  }

  it('of the control plane imports each endpoint beside it', async () => {
    const folder = join(core, 'control');
    const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(
      files.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })),
    );
    const endpoints = texts
      .filter(({ name, text }) => name !== 'endpoints.ts' && /Endpoints?\b/.test(text))
      .map(({ name }) => name)
      .filter((name) => !name.endsWith('.test.ts'));
    const imported = await importedBeside(join(folder, 'endpoints.ts'));
    assert.ok(endpoints.length > 0);
    assert.deepEqual(imported, endpoints.toSorted());
  });
});

describe('the order of the pipeline', () => {
  const order = join(core, 'pipeline/relay.ts');

  it(`fits in ${longestOrder} lines`, async () => {
    const lines = (await readFile(order, 'utf8')).trimEnd().split('\n');
    assert.ok(lines.length <= longestOrder, `relay.ts has ${lines.length} lines`);
  });

  it('names every stage that has a folder', async () => {
    assert.deepEqual(
      (await importedBeside(order)).filter((name) => !name.endsWith('.ts')),
      (await foldersIn(join(core, 'pipeline'))).toSorted(),
    );
  });
});
