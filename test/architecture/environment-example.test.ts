// `.env.example` names variables: each has to be one that the core reads, with a value that it takes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnvironmentLayer } from '../../proxy-core/src/settings/environment-layer.ts';
import { keyVariables } from '../../proxy-core/src/settings/known-providers.ts';
import { createSettingTree } from '../../proxy-core/src/settings/setting-tree.ts';
import { root } from './sources.ts';

const noSettings = new Set(['RELAYCORE_HOME', 'RELAYCORE_SECRET']);

async function readExample(): Promise<[string, string][]> {
  const text = await readFile(join(root, '.env.example'), 'utf8');
  const matches = [...text.matchAll(/^#([A-Z][A-Z0-9_]*)=(.*)$/gm)];
  return matches.map((match) => [match[1] ?? '', match[2] ?? '']);
}

function countLeaves(value: unknown): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + countLeaves(each), 0);
}

describe('the example environment', () => {
  it('sets settings that exist, with values that they take', async () => {
    const variables = await readExample();
    const settings = variables.filter(
      ([name]) => name.startsWith('RELAYCORE_') && !noSettings.has(name),
    );
    assert.ok(settings.length > 0);
    const layer = readEnvironmentLayer(Object.fromEntries(settings), createSettingTree(), () => [
      'openai',
    ]);
    assert.deepEqual(
      { warnings: layer.warnings, issues: layer.issues },
      { warnings: [], issues: [] },
    );
    assert.equal(countLeaves(layer.tree), settings.length);
  });

  it('names keys that are read', async () => {
    const known = new Set(Object.values(keyVariables).flat());
    const keys = (await readExample())
      .map(([name]) => name)
      .filter((name) => name.endsWith('_KEY'));
    assert.ok(keys.length > 0);
    assert.deepEqual(
      keys.filter((name) => !known.has(name)),
      [],
    );
  });
});
