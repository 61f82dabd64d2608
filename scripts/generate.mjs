// Makes every generated document anew. Runs under Node 24, which reads TypeScript.
import { mkdir, writeFile } from 'node:fs/promises';
import { errorReference } from '../proxy-core/src/contract/error-reference.ts';
import { generateBridgeReference } from './generate-bridge-reference.mjs';
import { generateOpenapi } from './generate-openapi.mjs';
import { generateSettingsReference } from './generate-settings-reference.mjs';

const reference = new URL('../docs/reference/', import.meta.url);
await mkdir(reference, { recursive: true });
await writeFile(new URL('errors.md', reference), errorReference());
await generateSettingsReference(reference);
await generateOpenapi(reference);
await generateBridgeReference(reference);
