// Where the product's sources are, for the tests that look at the tree itself.
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

const list: string = new URL('../../scripts/source-folders.mjs', import.meta.url).href;

/** Every folder with sources of the product, relative to the root. */
export const { sourceFolders } = (await import(list)) as { sourceFolders: string[] };

/** Every TypeScript file of the product, tests included, relative to the root, with slashes. */
export async function productSources(): Promise<string[]> {
  const found: string[] = [];
  for (const folder of sourceFolders) {
    const entries = await readdir(join(root, folder), { recursive: true });
    found.push(...entries.map((entry) => `${folder}/${entry.split(sep).join('/')}`));
  }
  return found.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')).toSorted();
}
