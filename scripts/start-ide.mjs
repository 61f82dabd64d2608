// `npm start -- --ide [FOLDER]`: the extension in the desktop's own VS Code, in a window for extensions
// under development, so that nothing is installed; where there is no desktop, or with `--ide=browser`, in
// VS Code's own server, which a browser opens.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { hasDesktop, openPage } from './desktop.mjs';
import { whenNpmHasGone } from './npm-parent.mjs';
import { fail, prepareStep } from './prepare-step.mjs';
import { findOnPath } from './prerequisites.mjs';
import { childEnvironment, isWindows, nodeBinary, root } from './project.mjs';
import { prepareVsCodeServer } from './vscode-server.mjs';
import { pack, vsixPath } from './vsix.mjs';

const EXTENSION = join(root, 'extensions/vscode');
const EDITORS = ['code', 'code-insiders', 'codium'].map((name) =>
  isWindows ? `${name}.cmd` : name,
);
const APPLICATION = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';

/** Opens VS Code and says where; in the browser's case runs on as long as the server does. */
export async function startIde() {
  const [how = '--ide', ...others] = process.argv.slice(2).toSorted(optionsFirst);
  const folder = resolve(process.env.INIT_CWD ?? root, others[0] ?? '.');
  const editor = how === '--ide=browser' ? null : findDesktopEditor();
  if (editor === null) await openInBrowser(folder);
  else openOnDesktop(editor, folder);
}

function optionsFirst(one, other) {
  return Number(other.startsWith('--ide')) - Number(one.startsWith('--ide'));
}

function findDesktopEditor() {
  if (!hasDesktop()) return null;
  const found = EDITORS.map(findOnPath).find((path) => path !== undefined);
  return found ?? (existsSync(APPLICATION) ? APPLICATION : null);
}

function openOnDesktop(editor, folder) {
  const parameters = ['--new-window', `--extensionDevelopmentPath=${EXTENSION}`, folder];
  const { error, status } = spawnSync(editor, parameters, { stdio: 'inherit', shell: isWindows });
  if (error !== undefined || status !== 0) {
    fail(`${editor} did not open. In the browser: npm start -- --ide=browser`, String(error ?? ''));
  }
  console.log(`
${editor} opens ${folder} with RelayCore from ${EXTENSION}.
The meter is in the status bar below; the commands are in the palette under “RelayCore”.
`);
}

async function openInBrowser(folder) {
  await prepareStep('Packing the extension', pack);
  const { value, reason } = await prepareVsCodeServer('newest');
  if (reason !== undefined) fail('VS Code’s server could not be installed.', reason);
  const server = serverCommand(join(value, 'node_modules/code-server/lib/vscode'));
  await prepareStep('Installing the extension', () => installExtension(server));
  const running = serve(server);
  const url = `${await address(running)}&folder=${encodeURIComponent(folder)}`;
  console.log(`
VS Code runs with RelayCore in it:

  ${url}

The meter is in the status bar below; the commands are in the palette (F1) under “RelayCore”.
Ctrl-C ends VS Code and, with it, the proxy.
`);
  if (hasDesktop()) openPage(url);
}

/** Keeps its settings and extensions from one start to the next, apart from any other VS Code. */
function serverCommand(vscode) {
  const home = join(root, '.vscode-test/start');
  mkdirSync(home, { recursive: true });
  const folders = ['--server-data-dir', join(home, 'data')];
  const extensions = ['--extensions-dir', join(home, 'extensions')];
  const quiet = ['--accept-server-license-terms', '--telemetry-level', 'off'];
  const main = join(vscode, 'out/server-main.js');
  return [nodeBinary(), main, ...quiet, ...folders, ...extensions];
}

function installExtension([node, ...parameters]) {
  const install = ['--install-extension', vsixPath(), '--force'];
  const { status, stdout, stderr } = spawnSync(node, [...parameters, ...install], {
    encoding: 'utf8',
    env: childEnvironment(),
  });
  return { code: status ?? 1, output: `${stdout}${stderr}` };
}

/** Whoever has the token in the address can run programs here, so nobody else of this machine may know it. */
function serve([node, ...parameters]) {
  const token = ['--connection-token', randomBytes(24).toString('hex')];
  const network = ['--host', '127.0.0.1', '--port', '0', ...token];
  const server = spawn(node, [...parameters, ...network], {
    cwd: root,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: !isWindows,
  });
  const stop = () => server.kill(server.killed ? 'SIGKILL' : 'SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  whenNpmHasGone(stop);
  server.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 0 : 1)));
  return server;
}

/** As the server prints it, with its token: `http://localhost:PORT?tkn=…`. */
function address(server) {
  return new Promise((settle) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const [, url] = /Web UI available at (\S+)/.exec(line) ?? [];
      if (url !== undefined) settle(url);
    });
  });
}
