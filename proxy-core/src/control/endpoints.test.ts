import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';

/** Files of this folder that are no endpoint. */
const frame = new Set(['control-path.ts', 'control-plane.ts', 'endpoints.ts', 'ports.ts']);

describe('endpoints.ts', () => {
  it('names every endpoint of the folder', async () => {
    const folder = new URL('.', import.meta.url);
    const files = await readdir(folder, { withFileTypes: true });
    const endpoints = files
      .filter((file) => file.isFile() && !file.name.endsWith('.test.ts') && !frame.has(file.name))
      .map(({ name }) => name);
    const text = await readFile(new URL('endpoints.ts', folder), 'utf8');
    const imported = [...text.matchAll(/^import \{ \w+ \} from '\.\/([\w-]+\.ts)';$/gm)];
    assert.ok(endpoints.length > 10);
    assert.deepEqual(
      imported.map(([, name]) => name),
      endpoints.toSorted(),
    );
  });
});
