// Where the product's sources are: one list for checks, unit tests and the tests of the tree itself.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

/** Relative to the root. */
export const sourceFolders = [
  'proxy-core/src',
  'jetbrains-bridge/src',
  'webview-ui/src',
  'extensions/vscode/src',
].filter((folder) => existsSync(join(root, folder)));
