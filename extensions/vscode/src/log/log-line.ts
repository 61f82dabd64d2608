// The core logs lines of JSON; in the IDE's output channel a person reads them.

export type LogMethod = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  readonly method: LogMethod;
  readonly text: string;
}

const methods: Readonly<Record<string, LogMethod>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

/** What is no JSON of ours is shown as it is. */
export function readLogLine(line: string): LogLine {
  const fields = parseObject(line);
  if (fields === null) return { method: 'info', text: line };
  const { level, time: _time, name, msg, ...rest } = fields;
  const details = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  const method = (typeof level === 'string' ? methods[level] : undefined) ?? 'info';
  return { method, text: `[${textOf(name)}] ${textOf(msg)}${details}` };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'core';
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
