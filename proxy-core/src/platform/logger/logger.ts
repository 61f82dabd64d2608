// Structured logging over pino. Each thread has a logger of its own; its lines go to a function
// that the thread is given, and end in the main thread's log sink.
import { pino, type Logger as PinoLogger } from 'pino';
import { redactFields } from '../redact/redact-fields.ts';
import { redactText } from '../redact/redact-text.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A message, or fields and a message. An Error given as the fields is logged as `error`. */
export interface LogMethod {
  (message: string): void;
  (fields: object, message: string): void;
}

export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** A logger that adds `fields` to every line and shares this one's level. */
  child(fields: object): Logger;
  /** Whether a line of this level would be written, for fields that are costly to gather. */
  isEnabled(level: LogLevel): boolean;
  /** Applies at once to the whole family of loggers, children included. */
  setLevel(level: LogLevel): void;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Who speaks: `host`, `relay`, `store`. */
  readonly name: string;
  /** Takes one line of JSON, its line feed included. It must not throw. */
  readonly write: (line: string) => void;
}

/**
 * A logger of JSON lines `{level, time, name, …fields, msg}`, `time` in ISO 8601. Credentials,
 * prompts and bytes are taken out of fields and messages; see `redactFields` and `redactText`.
 */
export function createLogger(options: LoggerOptions): Logger {
  const root = pino(
    {
      // The threshold is ours: pino's children keep the level that they were created with.
      level: 'trace',
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Fields are clean already; this catches secrets in messages.
    { write: (line: string) => options.write(redactText(line)) },
  );
  return wrap(root, { level: logLevels.indexOf(options.level) });
}

interface Threshold {
  level: number;
}

function wrap(target: PinoLogger, threshold: Threshold): Logger {
  const method = (level: LogLevel): LogMethod => {
    const rank = logLevels.indexOf(level);
    return (fieldsOrMessage: object | string, message?: string): void => {
      if (rank < threshold.level) return;
      if (typeof fieldsOrMessage === 'string') target[level]('%s', fieldsOrMessage);
      else target[level](fieldsOf(fieldsOrMessage), '%s', message ?? '');
    };
  };
  return {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    child: (fields) => wrap(target.child(redactFields(fields)), threshold),
    isEnabled: (level) => logLevels.indexOf(level) >= threshold.level,
    setLevel: (level) => {
      threshold.level = logLevels.indexOf(level);
    },
  };
}

function fieldsOf(fields: object): Record<string, unknown> {
  return redactFields(fields instanceof Error ? { error: fields } : fields);
}
