// Brings the tree into the state that everything else expects: dependencies as the lock file says,
// bundles as the sources say. Both are skipped where nothing changed.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installedNode, isWindows, machineEnvironment, root, run, runFile } from './project.mjs';

const INSTALL_LIMIT_MS = 480_000;

/** True when every package of the lock file is installed in its version (npm keeps its own record). */
export function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    // Binaries of other systems are optional, listed, and rightly absent.
    if (installed[path] === undefined) return entry.optional === true || entry.peer === true;
    return installed[path].version === entry.version && existsSync(join(root, path));
  });
}

/** `npm ci`, on the machine's own Node because it deletes the project's. */
export async function install() {
  const command = ['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = machineEnvironment();
  const ended = await run(command, { env, shell: isWindows, timeLimitMs: INSTALL_LIMIT_MS });
  if (ended.code !== 0 || existsSync(installedNode)) return ended;
  const reason = 'The package `node` brought no program: npm has to be allowed install scripts.';
  return { ...ended, code: 1, output: `${ended.output}\n${reason}\n` };
}

/** Every bundle; the types are checked elsewhere. */
export function build() {
  return runFile(['esbuild.config.mjs']);
}

/** True when the bundles are younger than whatever they are made from. */
export function isBuilt() {
  const bundles = ['proxy-core/dist/main.js', 'extensions/vscode/dist/extension.cjs'];
  const paths = bundles.map((bundle) => join(root, bundle));
  if (!paths.every((path) => existsSync(path))) return false;
  const oldest = Math.min(...paths.map((path) => statSync(path).mtimeMs));
  const sources = ['proxy-core', 'webview-ui', 'jetbrains-bridge', 'extensions/vscode'];
  const inputs = [
    ...sources.map((name) => `${name}/src`),
    'esbuild.config.mjs',
    'package-lock.json',
  ];
  return inputs.every((input) => newest(join(root, input)) <= oldest);
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  // A folder's own time counts too: it is what a deleted file leaves behind.
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}
