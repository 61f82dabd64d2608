// How the scripts start other programs. They run on the machine's own Node (20 or newer); everything
// they start runs on the Node of the `node` development dependency, which stands first on the PATH.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const KILL_AFTER_MS = 5000;
const PIPES_CLOSE_WITHIN_MS = 1000;

/** Absolute path of the repository, without a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

export const isWindows = process.platform === 'win32';

/** True where nothing may be left out: `CI` is set to anything but `false` or `0`. */
export const isContinuousIntegration = !['', '0', 'false'].includes(process.env.CI ?? '');

/** Where the `node` development dependency puts its program. */
export const installedNode = join(root, 'node_modules/node/bin', isWindows ? 'node.exe' : 'node');

/** The Node that development is done on; before the first installation the machine's own. */
export function nodeBinary() {
  return existsSync(installedNode) ? installedNode : process.execPath;
}

/** Path of the first command of a development dependency: JavaScript, so no system needs a shell. */
function toolEntry(packageName) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0]);
}

/** The environment of everything that the scripts start. */
export function childEnvironment(extra = {}) {
  const own = [dirname(installedNode), join(root, 'node_modules/.bin')];
  return { ...process.env, PATH: [...own, process.env.PATH ?? ''].join(delimiter), ...extra };
}

/** The environment without the project's own binaries: `npm ci` deletes them while it runs. */
export function machineEnvironment() {
  const entries = (process.env.PATH ?? '').split(delimiter);
  const others = entries.filter((entry) => !entry.split(sep).includes('node_modules'));
  return { ...process.env, PATH: others.join(delimiter) };
}

/**
 * Runs a program to its end and collects what it prints (both streams, in order of arrival).
 * Never rejects: a program that cannot be started has code 127.
 *
 * @param {string[]} command program and arguments
 * @param {{env?: NodeJS.ProcessEnv, cwd?: string, timeLimitMs?: number, shell?: boolean}} options
 * @returns {Promise<{code: number, output: string, stdout: string, durationMs: number, isTimedOut: boolean}>}
 */
export function run([program, ...parameters], options = {}) {
  const { env = childEnvironment(), cwd = root, timeLimitMs = 600_000, shell = false } = options;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd,
      env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result = { code: 127, output: '', stdout: '', durationMs: 0, isTimedOut: false };
    const limit = setTimeout(() => {
      result.isTimedOut = true;
      stop(child);
    }, timeLimitMs);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      result.output += text;
      result.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (result.output += text));
    const finish = (code) => {
      clearTimeout(limit);
      resolve({ ...result, code, durationMs: performance.now() - startedAt });
    };
    child.once('error', (error) => {
      result.output += `${error.message}\n`;
      finish(127);
    });
    child.once('close', (code) => finish(code ?? 1));
    child.once('exit', () => {
      // A grandchild that outlives the child keeps the pipes open: do not wait for it for long.
      const pipes = setTimeout(() => closePipes(child), PIPES_CLOSE_WITHIN_MS);
      child.once('close', () => clearTimeout(pipes));
    });
  });
}

/** Runs the command of a development dependency, named by its package, on the project's Node. */
export function runTool([tool, ...parameters], options) {
  return run([nodeBinary(), toolEntry(tool), ...parameters], options);
}

/** Runs one of the project's own JavaScript or TypeScript files on the project's Node. */
export function runFile([file, ...parameters], options) {
  return run([nodeBinary(), join(root, file), ...parameters], options);
}

function closePipes({ stdout, stderr }) {
  stdout.destroy();
  stderr.destroy();
}

/** Asks a child to stop and, when it does not, makes it. */
function stop(child) {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  child.once('exit', () => clearTimeout(force));
}

/** One line of progress: `✔ lint              1.2 s  (detail)`. */
export function stepLine({ name, isPassed, durationMs, detail = '' }) {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  const line = `${isPassed ? '✔' : '✘'} ${name.padEnd(20)} ${seconds.padStart(8)}`;
  return detail === '' ? line : `${line}  ${detail}`;
}
