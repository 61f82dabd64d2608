import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsJsonSchema } from './json-schema.ts';
import { createSettingTree, type SettingNode } from './setting-tree.ts';
import { settingsReference } from './settings-reference.ts';

const directory = join(import.meta.dirname, '../../../docs/reference');
const hint = 'is stale; run: npm run generate';

describe('the reference of the settings', () => {
  it('is what the schema says', () => {
    const page = readFileSync(join(directory, 'configuration.md'), 'utf8');
    assert.ok(page === settingsReference(), `configuration.md ${hint}`);
  });

  it('comes with the JSON Schema for editors', () => {
    const schema: unknown = JSON.parse(readFileSync(join(directory, 'config.schema.json'), 'utf8'));
    assert.deepEqual(
      schema,
      JSON.parse(JSON.stringify(settingsJsonSchema())),
      `config.schema.json ${hint}`,
    );
  });

  it('says of every setting what it is', () => {
    const silent: string[] = [];
    const visit = (path: string, node: SettingNode): void => {
      if (node.kind === 'section')
        for (const [name, field] of node.fields) visit(`${path}.${name}`, field);
      else if (node.kind === 'record') visit(`${path}.*`, node.entry);
      else if (node.kind === 'list' && node.item.kind === 'section') visit(`${path}[]`, node.item);
      if (node.kind !== 'section' && node.description === '') silent.push(path);
    };
    visit('', createSettingTree());
    assert.deepEqual(silent, []);
  });
});
