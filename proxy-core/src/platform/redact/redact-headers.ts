import { redactText } from './redact-text.ts';
import { redactUrl } from './redact-url.ts';

// Headers whose values are known to be harmless. Of all others only the length is shown: which
// header carries a credential differs from provider to provider, and new ones appear.
const shownHeaders = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'age',
  'allow',
  'anthropic-beta',
  'anthropic-version',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'request-id',
  'retry-after',
  'retry-after-ms',
  'sec-fetch-site',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'vary',
  'via',
  'x-request-id',
  'x-should-retry',
]);
const shownPrefixes = [
  'x-relaycore-',
  'x-ratelimit-',
  'anthropic-ratelimit-',
  'x-stainless-',
  'x-aihub-',
];
const hiddenAlways = new Set(['x-relaycore-token', 'x-relaycore-tag']);
const urlHeaders = new Set(['location', 'referer', 'content-location']);

/**
 * Lower-case header names with the values that may be logged; of every other value only its
 * length, such as `[51 chars]`. Takes `Headers`, Node's object of headers, or undici's flat
 * `[name, value, name, value]` with strings or bytes.
 */
export function redactHeaders(headers: object): Record<string, string> {
  const result: [string, string][] = [];
  for (const [name, value] of entriesOf(headers)) {
    const lowerCaseName = redactText(name.toLowerCase());
    result.push([lowerCaseName, redactValue(lowerCaseName, value)]);
  }
  return Object.fromEntries(result);
}

function redactValue(name: string, value: string): string {
  if (urlHeaders.has(name)) return redactUrl(value);
  const isShown = shownHeaders.has(name) || shownPrefixes.some((prefix) => name.startsWith(prefix));
  return isShown && !hiddenAlways.has(name) ? redactText(value) : `[${value.length} chars]`;
}

function* entriesOf(headers: object): Generator<[string, string]> {
  if (headers instanceof Headers) {
    yield* headers.entries();
  } else if (Array.isArray(headers)) {
    const parts: readonly unknown[] = headers;
    for (let index = 0; index + 1 < parts.length; index += 2) {
      yield [textOf(parts[index]), textOf(parts[index + 1])];
    }
  } else {
    const entries: readonly [string, unknown][] = Object.entries(headers);
    for (const [name, value] of entries) {
      if (value !== undefined) yield [name, textOf(value)];
    }
  }
}

function textOf(part: unknown): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString('latin1');
  return Array.isArray(part) ? part.map(textOf).join(', ') : String(part);
}
