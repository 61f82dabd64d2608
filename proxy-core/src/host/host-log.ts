import { join } from 'node:path';
import { createLogSink, type LogSink } from '../platform/logger/log-sink.ts';
import type { HostSettings } from '../workers/protocol.ts';
import { createLogger, type Logger, type LogLevel } from '../platform/logger/logger.ts';

export interface HostLogOptions {
  /** Takes every line; null inside an IDE. */
  readonly stderr: NodeJS.WritableStream | null;
  readonly level: LogLevel;
}

/** Where the lines of all threads of this process end. */
export interface HostLog {
  readonly logger: Logger;
  /** Takes one line of JSON of another thread. */
  write(line: string): void;
  /** From now on lines go to `<data home>/logs` as well; for the leader only, since files have one writer. */
  openFiles(dataDir: string): void;
  /** Another process leads from now on. */
  closeFiles(): Promise<void>;
  configure(settings: Omit<HostSettings, 'drainMs'>): void;
  close(): Promise<void>;
}

export function createHostLog(options: HostLogOptions): HostLog {
  const { stderr } = options;
  // Until the settings are known.
  let bounds = { maxFileMb: 10, maxFiles: 5 };
  const forStderr = createLogSink({ directory: null, ...bounds, stderr });
  let forFiles: LogSink | null = null;
  const write = (line: string): void => {
    forStderr.write(line);
    forFiles?.write(line);
  };
  const logger = createLogger({ level: options.level, name: 'host', write });
  return {
    logger,
    write,
    openFiles(dataDir) {
      const directory = join(dataDir, 'logs');
      const warn = (line: string): void => forStderr.write(line);
      forFiles ??= createLogSink({ directory, ...bounds, stderr: null, warn });
    },
    async closeFiles() {
      const closing = forFiles;
      forFiles = null;
      await closing?.close();
    },
    configure(settings) {
      logger.setLevel(settings.logLevel);
      bounds = { maxFileMb: settings.maxLogFileMb, maxFiles: settings.maxLogFiles };
      forFiles?.configure(bounds);
    },
    async close() {
      await forFiles?.close();
      await forStderr.close();
    },
  };
}
