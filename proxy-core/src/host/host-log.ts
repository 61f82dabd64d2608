import { join } from 'node:path';
import { createLogSink, type LogSink } from '../platform/logger/log-sink.ts';
import { createLogger, type Logger, type LogLevel } from '../platform/logger/logger.ts';

const maxFileMb = 10;
const maxFiles = 5;

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
  close(): Promise<void>;
}

export function createHostLog(options: HostLogOptions): HostLog {
  const { stderr } = options;
  const forStderr = createLogSink({ directory: null, maxFileMb, maxFiles, stderr });
  let forFiles: LogSink | null = null;
  const write = (line: string): void => {
    forStderr.write(line);
    forFiles?.write(line);
  };
  return {
    logger: createLogger({ level: options.level, name: 'host', write }),
    write,
    openFiles(dataDir) {
      const directory = join(dataDir, 'logs');
      forFiles ??= createLogSink({ directory, maxFileMb, maxFiles, stderr: null });
    },
    async close() {
      await forFiles?.close();
      await forStderr.close();
    },
  };
}
