// Runs the real thing for a test: `relaycore serve` as a process of its own, and the command line beside it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonBody } from './builders.ts';
import { startChild, type ExitResult, type RunningChild } from './child-process.ts';
import { writeConfig } from './core-config.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The keys that the test core holds for its providers; what the mock provider must see upstream. */
export const storedKeys = {
  OPENAI_API_KEY: 'sk-mock-stored-openai-key',
  ANTHROPIC_API_KEY: 'sk-ant-mock-stored-anthropic-key',
} as const;

export interface RunCoreOptions {
  /** Written to `config.yaml` in the data folder; none: the core starts without `--config`. */
  readonly config?: JsonBody;
  /** Default: a new temporary folder, removed by `dispose` or at the end of the process. */
  readonly dataDir?: string;
  /** Added to the environment, after the stored keys; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further arguments of `serve`. */
  readonly args?: readonly string[];
  /** Node's own flags, such as `--max-old-space-size=64`. */
  readonly nodeArgs?: readonly string[];
  /** Default 0: any free port. */
  readonly port?: number;
  /** In front of the command, such as `['taskset', '-c', '0']`. */
  readonly prefix?: readonly string[];
  /** An open file that takes stderr, where a run logs too much to be held in memory. */
  readonly stderrFile?: number;
  /** Default 15,000. */
  readonly readyTimeoutMs?: number;
}

export interface RunningCore {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Where the configuration was written; a test of hot reload rewrites it. */
  readonly configPath: string;
  /** The whole ready line. */
  readonly ready: JsonBody;
  /** The control token, read from `<data folder>/token`. */
  readonly controlToken: string;
  readonly exited: Promise<ExitResult>;
  /** `relaycore token create NAME`: the client token. */
  createClientToken(name?: string): Promise<string>;
  /** SIGTERM, then the exit; SIGKILL after 10 s. The data folder stays, so that a second core can be run on it. */
  stop(): Promise<ExitResult>;
  kill9(): Promise<ExitResult>;
  stdout(): string;
  stderr(): string;
  /** Ends the core and removes the data folder if it was made here. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Resolves when the ready line has come; rejects with stderr when the core ends or stays silent. */
export async function runCore(options: RunCoreOptions = {}): Promise<RunningCore> {
  const folder = options.dataDir === undefined ? temporaryFolder('data') : undefined;
  const dataDir = options.dataDir ?? folder?.path ?? '';
  const configPath = join(dataDir, 'config.yaml');
  if (options.config !== undefined) writeConfig(dataDir, options.config);
  const running = startServe(options, dataDir);
  let ready: JsonBody;
  try {
    ready = parseReadyLine(await running.firstLine(options.readyTimeoutMs ?? 15_000));
  } catch (error) {
    await running.kill9();
    folder?.remove();
    throw error;
  }
  const dispose = async (): Promise<void> => {
    await running.stop();
    folder?.remove();
  };
  return {
    url: String(ready['url']),
    pid: Number(ready['pid']),
    dataDir,
    configPath,
    ready,
    get controlToken() {
      return readFileSync(join(dataDir, 'token'), 'utf8').trim();
    },
    exited: running.exited,
    createClientToken: (name = 'test') => createClientToken(dataDir, name),
    stop: () => running.stop(),
    kill9: () => running.kill9(),
    stdout: running.stdout,
    stderr: running.stderr,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

export interface CommandResult extends ExitResult {
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default 15,000; then the command is killed. */
  readonly timeoutMs?: number;
  /** In front of the command. */
  readonly prefix?: readonly string[];
}

/** Runs one command line (`['usage', '--json', '--data-dir', DIR]`) to its end. */
export async function runRelaycore(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const command = [...(options.prefix ?? []), ...coreCommand(), ...args];
  const running = startChild(command, { env: testEnvironment(options.env) });
  const timer = setTimeout(() => void running.kill9(), options.timeoutMs ?? 15_000);
  const exit = await running.exited;
  clearTimeout(timer);
  return { ...exit, stdout: running.stdout(), stderr: running.stderr() };
}

/** `relaycore token create NAME --data-dir DIR --json`; works whether or not a core runs there. */
export async function createClientToken(dataDir: string, name = 'test'): Promise<string> {
  const args = ['token', 'create', name, '--data-dir', dataDir, '--json'];
  const { code, stdout, stderr } = await runRelaycore(args);
  if (code !== 0) throw new Error(`relaycore token create ended with ${code}: ${stderr}`);
  const { token } = JSON.parse(stdout) as { token?: unknown };
  if (typeof token !== 'string') throw new Error(`No token in the answer: ${stdout}`);
  return token;
}

/** Node 24 and the entry: the build, or the sources where there is none or `RELAYCORE_TEST_SOURCE=1` asks for them. */
export function coreCommand(nodeArgs: readonly string[] = []): string[] {
  const built = join(root, 'proxy-core/dist/main.js');
  const source = join(root, 'proxy-core/src/main.ts');
  const useSource = process.env['RELAYCORE_TEST_SOURCE'] === '1' || !existsSync(built);
  return [nodeBinary(), ...nodeArgs, useSource ? source : built];
}

/** The Node that the project pins, else the one that runs the tests. */
export function nodeBinary(): string {
  const pinned = join(root, 'node_modules/.bin/node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/**
 * The environment of a core under test: nothing of the machine's own that RelayCore would read, and a home of its own
 * that does not exist, so that a test which forgets `--data-dir` cannot reach the user's data.
 */
export function testEnvironment(
  overrides: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  const kept = ['PATH', 'TMPDIR', 'TEMP', 'SystemRoot', 'LANG', 'TZ', 'RELAYCORE_TEST_SOURCE'];
  const own = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const home = join(root, 'test-results/no-home');
  const all = {
    ...Object.fromEntries(own),
    HOME: home,
    USERPROFILE: home,
    ...storedKeys,
    ...overrides,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function startServe(options: RunCoreOptions, dataDir: string): RunningChild {
  const config = options.config === undefined ? [] : ['--config', join(dataDir, 'config.yaml')];
  const serve = ['serve', '--port', String(options.port ?? 0), '--data-dir', dataDir];
  const core = coreCommand(options.nodeArgs);
  const command = [
    ...(options.prefix ?? []),
    ...core,
    ...serve,
    ...config,
    ...(options.args ?? []),
  ];
  const stdio = ['ignore', 'pipe', options.stderrFile ?? 'pipe'] as const;
  return startChild(command, { env: testEnvironment(options.env), stdio: [...stdio] });
}

function parseReadyLine(line: string): JsonBody {
  const ready = JSON.parse(line) as JsonBody;
  if (typeof ready['url'] !== 'string' || typeof ready['pid'] !== 'number') {
    throw new Error(`Not a ready line: ${line}`);
  }
  return ready;
}
