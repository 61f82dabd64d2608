// VS Code's own server, as the npm package code-server carries it, in .vscode-test/: the newest one and
// the floor that the extension names in `engines`. Nothing of it is compiled.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWindows, machineEnvironment, root, run } from './project.mjs';

const INSTALL_LIMIT_MS = 300_000;

/**
 * `overrides` replaces what cannot be had from a registry; `node` is the Node that VS Code's version
 * brings along, where that is not the project's own.
 */
const editions = {
  newest: { codeServer: '4.139.1', overrides: {}, node: null },
  floor: { codeServer: '4.105.1', overrides: { '@parcel/watcher': '2.5.1' }, node: '22.23.3' },
};

/**
 * Installs an edition unless it is there. The folder holds `node_modules/code-server` and, for an edition
 * with a Node of its own, `node_modules/node`.
 *
 * @param {keyof typeof editions} name
 * @returns {Promise<{value: string} | {reason: string}>} the folder, absolute
 */
export async function prepareVsCodeServer(name) {
  const edition = editions[name];
  const folder = join(root, '.vscode-test', `code-server-${edition.codeServer}`);
  const stamp = join(folder, 'installed.json');
  const wanted = JSON.stringify(edition);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { value: folder };
  console.log(`installing VS Code's server (code-server ${edition.codeServer}) into .vscode-test`);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  mkdirSync(folder, { recursive: true });
  // Makes npm install here and not in the repository around it.
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest(edition), null, 2));
  const steps = [
    () => npm(folder, [`code-server@${edition.codeServer}`, '--ignore-scripts']),
    () => installInner(join(folder, 'node_modules/code-server/lib/vscode'), edition),
    () => installNode(folder, edition),
  ];
  for (const step of steps) {
    const { code, output } = await step();
    if (code !== 0) return { reason: `npm install failed: ${lastLine(output)}` };
  }
  writeFileSync(stamp, wanted);
  return { value: folder };
}

/** The package `node` fetches its program in an install script, which npm has to be allowed. */
function manifest({ node }) {
  return { private: true, allowScripts: node === null ? {} : { node: true } };
}

function installInner(folder, { overrides }) {
  if (Object.keys(overrides).length > 0) {
    const file = join(folder, 'package.json');
    const inner = JSON.parse(readFileSync(file, 'utf8'));
    inner.dependencies = { ...inner.dependencies, ...overrides };
    writeFileSync(file, JSON.stringify(inner, null, 2));
    rmSync(join(folder, 'npm-shrinkwrap.json'), { force: true });
  }
  return npm(folder, ['--omit=dev', '--ignore-scripts']);
}

function installNode(folder, { node }) {
  return node === null ? { code: 0, output: '' } : npm(folder, [`node@${node}`]);
}

function npm(cwd, parameters) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const command = ['npm', 'install', ...quiet, ...parameters];
  const env = machineEnvironment();
  return run(command, { cwd, env, shell: isWindows, timeLimitMs: INSTALL_LIMIT_MS });
}

function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? '';
}
