// `npm start`: installs, builds and runs the core on its embedded defaults, with the built-in demo
// provider and whatever keys the environment has, and says how to use it. Arguments after `--` go to
// `relaycore serve`. Ctrl-C stops the core cleanly.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build, install, isBuilt, isInstalled } from './installation.mjs';
import {
  childEnvironment,
  isContinuousIntegration,
  isWindows,
  nodeBinary,
  root,
  runFile,
} from './project.mjs';

const COMMAND_LINE = 'proxy-core/bin/relaycore.js';
const TOKEN_NAME = 'quick-start';
const serveArguments = process.argv.slice(2);

/** Ends with a sentence for the user instead of a stack. */
function fail(what, output) {
  console.error(`${output.trim()}\n\n${what}`);
  process.exit(1);
}

async function prepare(what, action) {
  console.log(`${what} …`);
  const { code, output } = await action();
  if (code !== 0) fail(`${what} failed.`, output);
}

/** `--data-dir` names the core that is meant: each command gets it. */
function sharedArguments() {
  const shared = [];
  for (const [index, argument] of serveArguments.entries()) {
    if (argument.startsWith('--data-dir=')) shared.push(argument);
    if (argument === '--data-dir') shared.push(argument, serveArguments[index + 1] ?? '');
  }
  return shared;
}

async function runCommand(parameters) {
  return runFile([COMMAND_LINE, ...parameters, ...sharedArguments()]);
}

/**
 * A token for the example. Only its hash is stored, so that of an earlier start cannot be shown
 * again: it is revoked and replaced.
 */
async function createToken() {
  await runCommand(['token', 'revoke', TOKEN_NAME]);
  const { code, output, stdout } = await runCommand(['token', 'create', TOKEN_NAME, '--json']);
  if (code !== 0) fail('No client token could be made.', output);
  return JSON.parse(stdout).token;
}

/** Starts the core in a process group of its own, so that Ctrl-C reaches it once, from here. */
function startCore() {
  const core = spawn(nodeBinary(), [join(root, COMMAND_LINE), 'serve', ...serveArguments], {
    cwd: root,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: !isWindows,
  });
  // The first signal lets streams run out, a second one does not wait for them.
  const stop = () => core.kill(core.killed ? 'SIGKILL' : 'SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  core.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 0 : 1)));
  return core;
}

/** The first line of JSON that the core prints: `{url, pid, …}`. */
function readyLine(core) {
  return new Promise((resolve) => {
    createInterface({ input: core.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line));
      else console.log(line);
    });
  });
}

/** Address of the page with its one-time ticket; without the ticket when the core hands none out. */
async function pageUrl(coreUrl) {
  const { code, stdout } = await runCommand(['ui', '--json']);
  return code === 0 ? JSON.parse(stdout).url : `${coreUrl}/ui`;
}

function hasDesktop() {
  if (isContinuousIntegration) return false;
  if (isWindows || process.platform === 'darwin') return process.stdout.isTTY === true;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.stdout.isTTY === true && Boolean(DISPLAY || WAYLAND_DISPLAY);
}

function openPage(url) {
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };
  const [program, ...parameters] = openers[process.platform] ?? ['xdg-open'];
  // Without a browser the printed address serves as well.
  spawn(program, [...parameters, url], { stdio: 'ignore' }).once('error', () => {});
}

function printGuide({ url, page, token }) {
  const body = '{"model":"demo","temperature":0,"messages":[{"role":"user","content":"Hello"}]}';
  const quote = isWindows ? `"${body.replaceAll('"', '\\"')}"` : `'${body}'`;
  console.log(`
RelayCore is running at ${url}

  Page    ${page}
  Token   ${token}   (a client token, named ${TOKEN_NAME})
  Try     curl -i ${url}/v1/chat/completions -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" -d ${quote}

The model "demo" answers without a key. Try it twice: the second answer comes from the cache.
Point an assistant at it: base URL ${url}/v1 (OpenAI) or ${url} (Anthropic), the token as its key.
Ctrl-C stops RelayCore.
`);
}

if (!isInstalled()) await prepare('Installing the dependencies', install);
if (!isBuilt()) await prepare('Building', build);
const token = await createToken();
const core = startCore();
const { url } = await readyLine(core);
const page = await pageUrl(url);
printGuide({ url, page, token });
if (hasDesktop()) openPage(page);
