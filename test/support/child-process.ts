// A child process with its output collected, ended by its own pid only.

import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { onProcessExit } from './process-exit.ts';

export interface ExitResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningChild {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Settles when the process is gone and its output read. */
  readonly exited: Promise<ExitResult>;
  stdout(): string;
  stderr(): string;
  /** The first whole line on stdout; rejects when the process ends before it, or after `timeoutMs`. */
  firstLine(timeoutMs: number): Promise<string>;
  /** SIGTERM, and SIGKILL when it is not gone after `graceMs`. */
  stop(graceMs?: number): Promise<ExitResult>;
  kill9(): Promise<ExitResult>;
}

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Default: stdout and stderr collected in memory. */
  readonly stdio?: StdioOptions;
}

/** Starts `command[0]` with the rest as arguments. */
export function startChild(command: readonly string[], options: ChildOptions): RunningChild {
  const [file, ...args] = command;
  if (file === undefined) throw new Error('A child needs a command.');
  const { env, cwd, stdio = ['ignore', 'pipe', 'pipe'] } = options;
  const child = spawn(file, args, { env, stdio, ...(cwd === undefined ? {} : { cwd }) });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const forget = onProcessExit(() => child.kill('SIGKILL'));
  const exited = new Promise<ExitResult>((resolve) => {
    child.once('error', (error) => {
      stderr.parts.push(Buffer.from(String(error)));
      forget();
      resolve({ code: null, signal: null });
    });
    child.once('close', (code, signal) => {
      forget();
      resolve({ code, signal });
    });
  });
  const running: RunningChild = {
    child,
    pid: child.pid ?? -1,
    exited,
    stdout: stdout.text,
    stderr: stderr.text,
    firstLine: (timeoutMs) => firstLine(running, timeoutMs),
    stop: (graceMs = 10_000) => stop(child, exited, graceMs),
    kill9: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
  return running;
}

interface Collected {
  readonly parts: Buffer[];
  text(): string;
}

function collect(stream: NodeJS.ReadableStream | null): Collected {
  const parts: Buffer[] = [];
  stream?.on('data', (part: Buffer) => parts.push(part));
  return { parts, text: () => Buffer.concat(parts).toString('utf8') };
}

async function stop(
  child: ChildProcess,
  exited: Promise<ExitResult>,
  graceMs: number,
): Promise<ExitResult> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  try {
    return await exited;
  } finally {
    clearTimeout(timer);
  }
}

function firstLine(running: RunningChild, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const text = running.stdout();
      const end = text.indexOf('\n');
      if (end >= 0) settle(() => resolve(text.slice(0, end)));
    };
    const fail = (what: string): void =>
      settle(() => reject(new Error(`${what}\nstderr: ${running.stderr().slice(-4_000)}`)));
    const timer = setTimeout(() => fail(`No line on stdout within ${timeoutMs} ms.`), timeoutMs);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      running.child.stdout?.off('data', look);
      then();
    };
    running.child.stdout?.on('data', look);
    const whenGone = async (): Promise<void> => {
      const { code, signal } = await running.exited;
      look();
      fail(`The process ended (code ${code}, signal ${signal}) before its first line.`);
    };
    look();
    void whenGone();
  });
}
