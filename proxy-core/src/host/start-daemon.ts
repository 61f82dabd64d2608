import { spawn } from 'node:child_process';
import { z } from 'zod';
import { RelayError } from '../domain/relay-error.ts';

export interface DaemonCommand {
  /** Node, or an editor's own binary that acts as Node. */
  readonly executable: string;
  /** The headless entry of this build, with Node's own flags before it. */
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Its working directory, so that it holds no folder of the user's. */
  readonly directory: string;
  /** For the ready line. */
  readonly timeoutMs: number;
}

/** What `relaycore serve` says on stdout when it is ready. */
export const readyLineSchema = z.looseObject({
  url: z.string(),
  pid: z.number().int(),
  attached: z.boolean(),
  dataDir: z.string(),
  version: z.string(),
});
export type ReadyLine = z.infer<typeof readyLineSchema>;

const maxOutputBytes = 64 * 1024;

/**
 * Starts a core that outlives this process, and resolves with its ready line. RelayError
 * `conflict`, with what it said on stderr, where it ends before that; it is ended where it takes
 * too long.
 */
export function startDaemon(command: DaemonCommand): Promise<ReadyLine> {
  const { executable, parameters, environment, directory, timeoutMs } = command;
  const child = spawn(executable, parameters, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
    cwd: directory,
    windowsHide: true,
  });
  return new Promise((resolve, reject) => {
    let [output, errors] = ['', ''];
    const letGo = (): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    };
    const fail = (why: string): void => {
      letGo();
      reject(new RelayError('conflict', `The background core ${why}.${lastLine(errors)}`));
    };
    const timer = setTimeout(() => {
      child.kill();
      fail(`was not ready in ${timeoutMs} ms`);
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, maxOutputBytes);
      const ready = readyLineOf(output);
      if (ready === null) return;
      letGo();
      resolve(ready);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-maxOutputBytes);
    });
    child.once('error', (error) => fail(`cannot be started (${error.message})`));
    child.once('close', (code) => fail(`ended with code ${code} before it was ready`));
  });
}

function readyLineOf(output: string): ReadyLine | null {
  const end = output.indexOf('\n');
  if (end === -1) return null;
  try {
    return readyLineSchema.safeParse(JSON.parse(output.slice(0, end))).data ?? null;
  } catch {
    return null;
  }
}

/** What the command line says to people is not JSON, unlike the log. */
function lastLine(errors: string): string {
  const lines = errors.split('\n').filter((line) => line.startsWith('relaycore: '));
  const last = lines.at(-1);
  return last === undefined ? '' : ` ${last.slice('relaycore: '.length)}`;
}
