import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bridgeJsonSchema,
  bridgeReference,
} from '../../proxy-core/src/contract/bridge/bridge-reference.ts';
import { bridgeCalls, bridgeNotifications } from '../../proxy-core/src/contract/bridge/index.ts';
import { root } from './sources.ts';

const folder = join(root, 'docs/reference');

describe('the reference page of the bridge', () => {
  it('is what the schemas say; `npm run generate` makes it anew', async () => {
    assert.equal(await readFile(join(folder, 'bridge.md'), 'utf8'), bridgeReference());
  });

  it('has its JSON Schema beside it', async () => {
    const text = await readFile(join(folder, 'bridge.schema.json'), 'utf8');
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(bridgeJsonSchema())));
  });

  it('names every call and every notification', () => {
    const page = bridgeReference();
    const names = [...Object.keys(bridgeCalls), ...Object.keys(bridgeNotifications)];
    assert.deepEqual(
      names.filter((name) => !page.includes(`\`${name}\`\n`)),
      [],
    );
  });
});
