// Where all log lines of the process end: stderr, and files that rotate. Main thread only.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { describeError } from '../redact/describe-error.ts';

const fileName = 'relaycore.log';
const maxPendingBytes = 4 * 1024 * 1024;
const maxHeldLines = 1_000;

export interface LogSinkOptions {
  /** Folder of the log files, such as `<data home>/logs`; null for no files. */
  readonly directory: string | null;
  /** Size at which a file is rotated, in MiB; fractions are allowed. */
  readonly maxFileMb: number;
  /** Files kept, the current one included; at least 2. */
  readonly maxFiles: number;
  /** Takes every line as well; null for none. */
  readonly stderr: NodeJS.WritableStream | null;
  /** Takes the warning that files cannot be written; default: `stderr`. */
  readonly warn?: (line: string) => void;
  /** How long the sink leaves a folder alone that cannot be written. Default: 30 s. */
  readonly retryAfterMs?: number;
}

export interface LogSink {
  /** Takes one line of JSON, its line feed included. Never throws and never waits. */
  write(line: string): void;
  /** New bounds for the files, from the next line on. */
  configure(bounds: Bounds): void;
  /** Resolves once everything taken is on disk, or cannot be. Later lines go to stderr only. */
  close(): Promise<void>;
}

type Bounds = Pick<LogSinkOptions, 'maxFileMb' | 'maxFiles'>;

type FileState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'open'; readonly stream: RotatingFileStream }
  /** The old stream ends before a new one begins: two must not rotate the same files. */
  | { readonly kind: 'reopening'; readonly heldLines: string[] }
  | { readonly kind: 'failed'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' };

/**
 * A sink that writes lines to `stderr` and to `<directory>/relaycore.log` (0600, in a folder
 * 0700), rotated by size to `relaycore.log.1` and so on. A disk that is full or read-only costs
 * the file output and one warning on stderr, never a request; it is tried again later, and the
 * file then says how many lines it lacks.
 */
export function createLogSink(options: LogSinkOptions): LogSink {
  return new RotatingLogSink(options);
}

class RotatingLogSink implements LogSink {
  readonly #options: LogSinkOptions;
  #bounds: Bounds;
  #file: FileState;
  #stderr: NodeJS.WritableStream | null;
  #reopened: Promise<void> = Promise.resolve();
  #droppedLines = 0;
  #mayEndInsideLine = false;
  #hasWarned = false;

  constructor(options: LogSinkOptions) {
    this.#options = options;
    this.#bounds = options;
    this.#file = options.directory === null ? { kind: 'closed' } : { kind: 'idle' };
    this.#stderr = options.stderr;
    // Whoever reads stderr may go away; that is no reason to stop.
    this.#stderr?.on('error', this.#onStderrError);
  }

  write(line: string): void {
    this.#stderr?.write(line);
    this.#writeToFile(line);
  }

  configure(bounds: Bounds): void {
    const { maxFileMb, maxFiles } = this.#bounds;
    this.#bounds = bounds;
    if (bounds.maxFileMb === maxFileMb && bounds.maxFiles === maxFiles) return;
    if (this.#file.kind === 'open') this.#reopened = this.#reopen(this.#file.stream);
  }

  async close(): Promise<void> {
    await this.#reopened;
    const file = this.#file;
    this.#file = { kind: 'closed' };
    if (file.kind === 'failed') clearTimeout(file.timer);
    if (file.kind === 'open') await ended(file.stream);
    this.#stderr?.removeListener('error', this.#onStderrError);
  }

  #writeToFile(line: string): void {
    switch (this.#file.kind) {
      case 'idle':
        this.#open();
        if (this.#file.kind !== 'idle') this.#writeToFile(line);
        return;
      case 'open':
        this.#writeToStream(this.#file.stream, line);
        return;
      case 'reopening':
        if (this.#file.heldLines.length < maxHeldLines) this.#file.heldLines.push(line);
        else this.#droppedLines += 1;
        return;
      case 'failed':
        this.#droppedLines += 1;
        return;
      case 'closed':
        return;
    }
  }

  #writeToStream(stream: RotatingFileStream, line: string): void {
    if (stream.writableLength > maxPendingBytes) {
      this.#droppedLines += 1;
      return;
    }
    if (this.#droppedLines > 0) this.#reportDroppedLines(stream);
    stream.write(line, this.#afterWrite);
  }

  readonly #afterWrite = (error: Error | null | undefined): void => {
    if (error) this.#droppedLines += 1;
    else this.#hasWarned = false;
  };

  #reportDroppedLines(stream: RotatingFileStream): void {
    const droppedLines = this.#droppedLines;
    this.#droppedLines = 0;
    const msg = `${droppedLines} log lines before this one could not be written to this file.`;
    const lineFeed = this.#mayEndInsideLine ? '\n' : '';
    stream.write(lineFeed + logLine({ droppedLines, msg }), (error) => {
      if (error) this.#droppedLines += droppedLines;
      else this.#mayEndInsideLine = false;
    });
  }

  #open(): void {
    const { directory } = this.#options;
    if (directory === null) return;
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const stream = createStream(fileName, {
        path: directory,
        mode: 0o600,
        size: `${Math.max(1, Math.floor(this.#bounds.maxFileMb * 1024 * 1024))}B`,
        rotate: Math.max(1, this.#bounds.maxFiles - 1),
      });
      stream.on('open', () => narrowMode(join(directory, fileName)));
      stream.on('error', (error) => {
        this.#mayEndInsideLine = true;
        this.#fail(stream, error);
      });
      this.#file = { kind: 'open', stream };
    } catch (error) {
      this.#fail(null, error);
    }
  }

  async #reopen(stream: RotatingFileStream): Promise<void> {
    const heldLines: string[] = [];
    this.#file = { kind: 'reopening', heldLines };
    await ended(stream);
    this.#file = { kind: 'idle' };
    for (const line of heldLines) this.#writeToFile(line);
  }

  #fail(stream: RotatingFileStream | null, error: unknown): void {
    // A stream that was replaced or is being closed changes nothing any more.
    const isCurrent = this.#file.kind === 'open' && this.#file.stream === stream;
    if (stream !== null && !isCurrent) return;
    const timer = setTimeout(() => {
      this.#file = { kind: 'idle' };
    }, this.#options.retryAfterMs ?? 30_000);
    timer.unref();
    this.#file = { kind: 'failed', timer };
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const msg = `Log files cannot be written to ${String(this.#options.directory)}; logging goes on here only.`;
    const warning = logLine({ error: describeError(error), msg });
    if (this.#options.warn === undefined) this.#stderr?.write(warning);
    else this.#options.warn(warning);
  }

  readonly #onStderrError = (): void => {
    this.#stderr = null;
  };
}

// A file that was left readable for others is narrowed.
function narrowMode(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Not ours to change, or a file system without modes: the lines matter more.
  }
}

function logLine(fields: object): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, name: 'log', ...fields })}\n`;
}

/** Resolves when the stream has written what it holds, or has failed. */
function ended(stream: RotatingFileStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    stream.once('close', resolve);
    stream.once('error', () => resolve());
    stream.end();
  });
}
