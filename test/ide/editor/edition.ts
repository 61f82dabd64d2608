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

interface Place {
  /** Names the folder; `npm test` sets it. */
  readonly variable: string;
  /** The folder in `.vscode-test` otherwise. */
  readonly folder: string;
}

export function newestEdition(): Edition {
  const place = { variable: 'RELAYCORE_TEST_VSCODE', folder: 'code-server-4.139.1' };
  return { name: 'newest', version: '1.139', ...locate(place) };
}

/** The oldest that `engines` in the extension's package.json admits. */
export function floorEdition(): Edition {
  const place = { variable: 'RELAYCORE_TEST_VSCODE_FLOOR', folder: 'code-server-4.105.1' };
  return { name: 'floor', version: '1.105', ...locate(place) };
}

function locate(place: Place): Pick<Edition, 'serverMain' | 'node'> {
  const standard = join(import.meta.dirname, '../../../.vscode-test', place.folder);
  const folder = process.env[place.variable] ?? standard;
  const serverMain = join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
  if (!existsSync(serverMain)) {
    throw new Error(
      `VS Code's server is not in ${folder}: run npm test -- ide, which puts it there.`,
    );
  }
  const own = join(folder, 'node_modules/node/bin/node');
  return { serverMain, node: existsSync(own) ? own : nodeBinary() };
}

/** The packed extension: the one that `npm test` has just made, else the last of `npm run package`. */
export function packedExtension(): string {
  const standard = join(import.meta.dirname, '../../../dist/relaycore-0.1.0.vsix');
  const path = process.env['RELAYCORE_TEST_VSIX'] ?? standard;
  if (!existsSync(path)) throw new Error(`There is no ${path}: run npm run package.`);
  return path;
}
