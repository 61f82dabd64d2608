import { redactText } from './redact-text.ts';

const maxMessageLength = 600;
const maxStackLines = 12;
const maxCauses = 5;

/** What a log may know of an error. */
export interface ErrorDescription {
  /** Class name, such as `TypeError`; for a thrown value that is no error, its type. */
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  /** HTTP status, where the error carries one. */
  readonly status?: number;
  /** Frames only, without the message; absent in causes. */
  readonly stack?: string;
  readonly cause?: ErrorDescription;
  /** Of an AggregateError, the first few. */
  readonly errors?: readonly ErrorDescription[];
}

/**
 * Type, message, code and causes of whatever was thrown, without secrets and without pieces of
 * the text that it was about: bodies, inputs and further properties are left out. Never throws.
 */
export function describeError(error: unknown): ErrorDescription {
  const stack = error instanceof Error ? framesOf(error) : '';
  return { ...describeCause(error, 0), ...(stack === '' ? {} : { stack }) };
}

function describeCause(error: unknown, depth: number): ErrorDescription {
  if (!(error instanceof Error)) return describeThrownValue(error);
  const code = fieldOf(error, 'code');
  const status = fieldOf(error, 'status');
  return {
    type: redactText(error.constructor.name || error.name),
    message: messageOf(error),
    ...(typeof code === 'string' ? { code: redactText(code) } : {}),
    ...(typeof code === 'number' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(depth < maxCauses && error.cause !== undefined
      ? { cause: describeCause(error.cause, depth + 1) }
      : {}),
    ...(depth < maxCauses && error instanceof AggregateError
      ? { errors: error.errors.slice(0, 4).map((each) => describeCause(each, maxCauses)) }
      : {}),
  };
}

// A thrown string may be anything, a body too, so it is shown only where it is short.
function describeThrownValue(value: unknown): ErrorDescription {
  if (typeof value !== 'string')
    return { type: value === null ? 'null' : typeof value, message: '' };
  return {
    type: 'string',
    message: value.length > 120 ? `[${value.length} chars]` : redactText(value),
  };
}

function messageOf(error: Error): string {
  // Redacted before it is cut, so that no cut leaves a piece that is no longer recognised; the
  // first cut only bounds the work.
  const message = redactText(withoutQuotedInput(error).slice(0, maxMessageLength * 8));
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
}

// JSON.parse quotes the text around the fault, and Node's argument errors the value received:
// both may be a prompt or a key.
function withoutQuotedInput(error: Error): string {
  const message = String(fieldOf(error, 'message'));
  if (error instanceof SyntaxError) {
    return message
      .replace(/(?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON/, '[text] is not valid JSON')
      .replace(/^Unexpected token [\s\S]{1,6}, /, 'Unexpected token, ');
  }
  const code = fieldOf(error, 'code');
  if (typeof code === 'string' && code.startsWith('ERR_')) {
    return message.replace(/\bReceived [\s\S]*$/, 'Received [value]');
  }
  return message;
}

function fieldOf(error: Error, name: string): unknown {
  const value: unknown = Reflect.get(error, name);
  return value;
}

function framesOf(error: Error): string {
  const lines = String(fieldOf(error, 'stack')).split('\n');
  const frames = lines.filter((line) => /^ {4}at \S/.test(line)).slice(0, maxStackLines);
  return redactText(frames.join('\n'));
}
