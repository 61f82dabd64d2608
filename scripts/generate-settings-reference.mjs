// Renders docs/reference/configuration.md and config.schema.json from the schema of the settings;
// a unit test of the settings compares them.
import { writeFile } from 'node:fs/promises';
import { settingsJsonSchema } from '../proxy-core/src/settings/json-schema.ts';
import { settingsReference } from '../proxy-core/src/settings/settings-reference.ts';

/** @param {URL} directory */
export async function generateSettingsReference(directory) {
  const schema = `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`;
  await writeFile(new URL('configuration.md', directory), settingsReference());
  await writeFile(new URL('config.schema.json', directory), schema);
}
