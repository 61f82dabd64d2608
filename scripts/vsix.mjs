// The VS Code extension as the one file that users install. Bundles stand in it, so it needs neither
// npm nor a platform of its own.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, runTool } from './project.mjs';

const folder = join(root, 'extensions/vscode');

/** Absolute; the file is there after `pack`. */
export function vsixPath() {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(root, 'dist', `${name}-${version}.vsix`);
}

/** Packs what stands in `extensions/vscode/dist`: build first. */
export function pack() {
  mkdirSync(dirname(vsixPath()), { recursive: true });
  const command = ['@vscode/vsce', 'package', '--out', vsixPath()];
  // Every dependency is in the bundles; and vsce asks at the terminal about what it misses.
  const flags = ['--no-dependencies', '--allow-missing-repository'];
  return runTool([...command, ...flags], { cwd: folder });
}
