// `tsc -b` looks only where a reference leads: a project that none leads to is never checked.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { root, sourceFolders } from './sources.ts';

interface Project {
  readonly references?: readonly { readonly path: string }[];
}

/** Folders of all projects that lead from this one, relative to the root. */
async function reached(folder: string, known = new Set<string>()): Promise<ReadonlySet<string>> {
  const text = await readFile(join(folder, 'tsconfig.json'), 'utf8');
  const { references = [] } = JSON.parse(text) as Project;
  for (const { path } of references) {
    const next = resolve(folder, path);
    const name = relative(root, next).replaceAll('\\', '/');
    if (known.has(name)) continue;
    known.add(name);
    await reached(next, known);
  }
  return known;
}

describe('the check of types', () => {
  it('reaches every folder with sources', async () => {
    const projects = await reached(root);
    const missed = sourceFolders.filter((folder) => !projects.has(folder.replace(/\/src$/, '')));
    assert.deepEqual(missed, []);
  });
});
