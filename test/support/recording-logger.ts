// The product's logger with its lines kept for a test to look at.

import { createLogger, type Logger } from '../../proxy-core/src/platform/logger/logger.ts';

export type LogLine = Record<string, unknown> & { level: string; msg: string };

export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[];
  /** Messages of this level. */
  messages(level: string): string[];
}

export function createRecordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  const logger = createLogger({
    level: 'debug',
    name: 'test',
    write: (line) => lines.push(JSON.parse(line) as LogLine),
  });
  return {
    ...logger,
    lines,
    messages: (level) => lines.filter((line) => line.level === level).map(({ msg }) => msg),
  };
}
