import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { commandGroups, commands } from './commands.ts';

describe('the registry of commands', () => {
  it('has each file of the folder, and a name that fits', async () => {
    const files = await readdir(new URL('./commands/', import.meta.url));
    const expected = commands.map(({ name }) => `${name.replace(' ', '-')}.ts`);
    const found = files.filter((file) => !file.endsWith('.test.ts'));
    assert.deepEqual(found.toSorted(), expected.toSorted());
  });

  it('says of each group what it is for', () => {
    const heads = commands.flatMap(({ name }) => /^(.+) /.exec(name)?.[1] ?? []);
    assert.deepEqual([...new Set(heads)].toSorted(), Object.keys(commandGroups).toSorted());
  });

  it('shows for each command how it is used', () => {
    for (const { name, examples } of commands) {
      assert.ok(examples.length > 0, name);
      for (const example of examples) assert.ok(example.startsWith(name), example);
    }
  });
});
