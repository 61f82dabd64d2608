import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { panels } from './registry.ts';

describe('the registry of panels', () => {
  it('has a panel for each folder beside it', async () => {
    const entries = await readdir(new URL('.', import.meta.url), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assert.deepEqual(panels.map(({ id }) => id).toSorted(), folders.toSorted());
  });
});
