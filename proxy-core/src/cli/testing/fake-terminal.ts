import { Writable } from 'node:stream';
import type { Terminal } from '../terminal.ts';

export interface FakeTerminal {
  readonly terminal: Terminal;
  stdout(): string;
  stderr(): string;
  readonly opened: readonly string[];
}

/** A terminal that keeps what is printed. */
export function createFakeTerminal(
  environment: Terminal['environment'],
  options: { readonly isTTY?: boolean } = {},
): FakeTerminal {
  const opened: string[] = [];
  const printed = { stdout: '', stderr: '' };
  const isTTY = options.isTTY ?? false;
  const stderr = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      printed.stderr += text;
      done();
    },
  });
  return {
    terminal: {
      stdout: { write: (text) => (printed.stdout += text), isTTY },
      stderr: Object.assign(stderr, { isTTY }),
      environment,
      now: () => Date.now(),
      onStopSignal: () => () => undefined,
      onFault: () => () => undefined,
      exitNow: () => undefined,
      openInBrowser: (url) => opened.push(url),
    },
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    opened,
  };
}
