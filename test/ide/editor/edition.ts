// Which VS Code a test runs in: where `scripts/prerequisites.mjs` has put it, and the Node it brings along.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeBinary } from '../../support/run-core.ts';

export interface Edition {
  readonly name: 'newest' | 'floor';
  /** Such as `1.139`. */
  readonly version: string;
  /** VS Code's `server-main.js`. */
  readonly serverMain: string;
  readonly node: string;
}

export function newestEdition(): Edition {
  return locate('newest', '1.139', 'RELAYCORE_TEST_VSCODE', '4.139.1');
}

/** The oldest that `engines` in the extension's package.json admits. */
export function floorEdition(): Edition {
  return locate('floor', '1.105', 'RELAYCORE_TEST_VSCODE_FLOOR', '4.105.1');
}

function locate(
  name: Edition['name'],
  version: string,
  variable: string,
  codeServer: string,
): Edition {
  const standard = join(import.meta.dirname, '../../../.vscode-test', `code-server-${codeServer}`);
  const folder = process.env[variable] ?? standard;
  const serverMain = join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
  if (!existsSync(serverMain)) {
    throw new Error(
      `VS Code's server is not in ${folder}: run npm test -- ide, which puts it there.`,
    );
  }
  const own = join(folder, 'node_modules/node/bin/node');
  return { name, version, serverMain, node: existsSync(own) ? own : nodeBinary() };
}

/** The packed extension: the one that `npm test` has just made, else the last of `npm run package`. */
export function packedExtension(): string {
  const standard = join(import.meta.dirname, '../../../dist/relaycore-0.1.0.vsix');
  const path = process.env['RELAYCORE_TEST_VSIX'] ?? standard;
  if (!existsSync(path)) throw new Error(`There is no ${path}: run npm run package.`);
  return path;
}
