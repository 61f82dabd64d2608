import { describeError } from './describe-error.ts';
import { redactHeaders } from './redact-headers.ts';
import { redactText } from './redact-text.ts';
import { redactUrl } from './redact-url.ts';
import { SecretString } from './secret-string.ts';

const maxDepth = 6;
const maxItems = 20;
const maxTextLength = 2_000;

// Fields that hold a credential, whatever it looks like. Counts and flags of such a name stay.
const secretName =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|key|ticket)$|api[-_]?key|secret|password|passphrase|credentials?$|private[-_]?key|token$/i;
// Fields in which prompts and answers travel, by the names that the providers' dialects use.
const contentName =
  /^(?:body|requestBody|responseBody|prompts?|messages|contents?|system|instructions|input|output|completion|choices|delta|text|arguments|tools?_?calls|chunk|data|raw)$/i;

/**
 * A copy of a log record's fields that is safe to write: credentials, prompts and bytes are
 * replaced by what they are, errors described, secrets in text taken out, depth and length
 * bounded. The result is plain JSON data.
 */
export function redactFields(fields: object): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(value: object, depth: number): Record<string, unknown> {
  const result: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    result.push([redactText(name), redactField(name, readField(value, name), depth)]);
  }
  return Object.fromEntries(result);
}

// A getter that throws must not take the log line with it.
function readField(value: object, name: string): unknown {
  try {
    const field: unknown = Reflect.get(value, name);
    return field;
  } catch {
    return '[unreadable]';
  }
}

function redactField(name: string, value: unknown, depth: number): unknown {
  const holdsData = typeof value === 'string' || (typeof value === 'object' && value !== null);
  if (holdsData && secretName.test(name)) return '[secret]';
  if (holdsData && contentName.test(name)) return contentSize(value);
  if (/headers$/i.test(name) && typeof value === 'object' && value !== null) {
    return redactHeaders(value);
  }
  if (typeof value === 'string' && /url$/i.test(name)) return redactUrl(value);
  return redactValue(value, depth + 1);
}

function contentSize(value: unknown): string {
  if (typeof value === 'string') return `[content, ${value.length} chars]`;
  if (ArrayBuffer.isView(value)) return `[content, ${value.byteLength} bytes]`;
  return '[content]';
}

function redactValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return redactLongText(value);
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : redactNested(value, depth);
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    default:
      return value;
  }
}

function redactLongText(text: string): string {
  const redacted = redactText(text.slice(0, maxTextLength * 4));
  return redacted.length > maxTextLength ? `${redacted.slice(0, maxTextLength)}…` : redacted;
}

function redactNested(value: object, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (value instanceof SecretString) return '[secret]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return redactUrl(value.href);
  if (value instanceof Headers) return redactHeaders(value);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`;
  if (depth >= maxDepth) return '[…]';
  if (!Array.isArray(value)) return redactObject(value, depth);
  const items = value.slice(0, maxItems).map((item) => redactValue(item, depth + 1));
  return value.length > maxItems ? [...items, `[${value.length - maxItems} more]`] : items;
}
