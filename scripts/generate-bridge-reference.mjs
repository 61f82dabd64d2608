// Renders docs/reference/bridge.md and bridge.schema.json from the schemas of the bridge; a test
// compares them.
import { writeFile } from 'node:fs/promises';
import {
  bridgeJsonSchema,
  bridgeReference,
} from '../proxy-core/src/contract/bridge/bridge-reference.ts';

/** @param {URL} directory */
export async function generateBridgeReference(directory) {
  const schema = `${JSON.stringify(bridgeJsonSchema(), null, 2)}\n`;
  await writeFile(new URL('bridge.md', directory), bridgeReference());
  await writeFile(new URL('bridge.schema.json', directory), schema);
}
