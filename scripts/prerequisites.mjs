// What some tests need beyond npm packages: a browser for the page, a Python with the `openai` package
// for the official client, VS Code's own server and the extension as one file for the editor. Each is
// found, or installed or made, or refused with the reason.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { childEnvironment, isWindows, root, run, runFile } from './project.mjs';
import { prepareVsCodeServer } from './vscode-server.mjs';
import { pack, vsixPath } from './vsix.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const PYTHONS = isWindows ? ['python.exe', 'py.exe'] : ['python3', 'python'];
const REQUIREMENTS = 'test/clients/requirements.txt';
const DOWNLOAD_LIMIT_MS = 300_000;

/**
 * What a suite needs, by name. `value` goes to the tests in the variable `variable`.
 *
 * @type {Record<string, {variable: string, prepare: () => Promise<{value: string} | {reason: string}>}>}
 */
export const prerequisites = {
  chromium: { variable: 'RELAYCORE_TEST_CHROMIUM', prepare: prepareChromium },
  python: { variable: 'RELAYCORE_TEST_PYTHON', prepare: preparePython },
  vsix: { variable: 'RELAYCORE_TEST_VSIX', prepare: prepareVsix },
  vscode: {
    variable: 'RELAYCORE_TEST_VSCODE',
    prepare: () => prepareVsCodeServer('newest'),
  },
  'vscode floor': {
    variable: 'RELAYCORE_TEST_VSCODE_FLOOR',
    prepare: () => prepareVsCodeServer('floor'),
  },
};

/** Of the bundles as they stand: `npm test` has built before. */
async function prepareVsix() {
  const { code, output } = await pack();
  return code === 0 ? { value: vsixPath() } : { reason: `vsce package failed: ${tail(output)}` };
}

async function prepareChromium() {
  const found = findChromium();
  if (found !== undefined) return { value: found };
  const installed = await installSystemPackages(['chromium', 'fonts-liberation']);
  if (installed.isDone) return chromiumOr('Debian’s chromium package brought no browser');
  // No Debian, or no root: playwright's own build, kept inside the repository's cache.
  const folder = join(root, '.cache/browsers');
  const env = childEnvironment({ PLAYWRIGHT_BROWSERS_PATH: folder });
  const command = ['node_modules/playwright-core/cli.js', 'install', 'chromium'];
  const { code, output } = await runFile(command, { env, timeLimitMs: DOWNLOAD_LIMIT_MS });
  if (code !== 0) return { reason: `no Chromium or Chrome (${installed.reason}; ${tail(output)})` };
  const script = "console.log(require('playwright-core').chromium.executablePath())";
  const { stdout } = await run([process.execPath, '-e', script], { env });
  return { value: stdout.trim() };
}

function chromiumOr(reason) {
  const value = findChromium();
  return value === undefined ? { reason } : { value };
}

function findChromium() {
  const named = process.env.RELAYCORE_TEST_CHROMIUM;
  return [named, ...BROWSERS.map(findOnPath), ...APPLICATIONS].find(
    (path) => path !== undefined && existsSync(path),
  );
}

async function preparePython() {
  const python = join(root, '.venv', isWindows ? 'Scripts/python.exe' : 'bin/python');
  const stamp = join(root, '.venv/requirements.txt');
  const wanted = readFileSync(join(root, REQUIREMENTS), 'utf8');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return { value: python };
  }
  const made = await makeVirtualEnvironment();
  if (made.reason !== undefined) return made;
  const command = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const installed = await run([...command, '-r', REQUIREMENTS], { timeLimitMs: DOWNLOAD_LIMIT_MS });
  if (installed.code !== 0) return { reason: `pip install failed: ${tail(installed.output)}` };
  writeFileSync(stamp, wanted);
  return { value: python };
}

async function makeVirtualEnvironment() {
  const make = () => {
    const python = PYTHONS.map(findOnPath).find((path) => path !== undefined);
    return python === undefined
      ? { code: 127, output: 'no python3 on the PATH' }
      : run([python, '-m', 'venv', '--clear', '.venv']);
  };
  const first = await make();
  if (first.code === 0) return {};
  // Debian ships Python without the module that makes environments.
  const installed = await installSystemPackages(['python3-venv']);
  const second = installed.isDone ? await make() : first;
  if (second.code === 0) return {};
  return { reason: `no Python environment: ${tail(second.output)} (${installed.reason ?? 'apt'})` };
}

/** Debian and its like, as root only; elsewhere the reason why not. */
async function installSystemPackages(names) {
  if (findOnPath('apt-get') === undefined) return { isDone: false, reason: 'no apt-get here' };
  if (process.getuid?.() !== 0) return { isDone: false, reason: 'apt-get needs root' };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeLimitMs: DOWNLOAD_LIMIT_MS };
  console.log(`installing ${names.join(', ')} with apt-get`);
  await run(['apt-get', 'update', '-qq'], options);
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names];
  const { code, output } = await run(install, options);
  return code === 0 ? { isDone: true } : { isDone: false, reason: `apt-get: ${tail(output)}` };
}

export function findOnPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** The last line that says something: what programs end their complaints with. */
function tail(output) {
  return output.trim().split('\n').at(-1) ?? '';
}
