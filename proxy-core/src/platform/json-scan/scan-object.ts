// A shallow JSON reader for the proxy's hot path: it checks the whole text as strictly as
// JSON.parse does, but builds no tree; it only notes where the members of the top-level object lie,
// so that a few fields can be read and single members spliced while every other byte stays.
import { JsonScanError } from './json-scan-error.ts';
import { skipColon, skipString, skipValue, skipWhitespace, unexpected } from './skip-value.ts';
import type { JsonSource } from './skip-value.ts';

/** Where one member lies. Offsets count bytes; an end is the offset behind the last byte. */
export interface JsonMember {
  /** Of the key's opening quote. */
  readonly keyStart: number;
  /** Behind the key's closing quote. */
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The top-level object of a JSON text. */
export interface JsonObjectScan {
  /** The text that was scanned, not copied: it must not change while the scan is used. */
  readonly bytes: Buffer;
  /** Of `{`. */
  readonly start: number;
  /** Of `}`. */
  readonly end: number;
  /** In the order of the text, duplicates included. */
  readonly members: readonly JsonMember[];
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Scans a JSON text whose value is an object. It succeeds exactly where `JSON.parse` gives a plain
 * object, nesting over `MAX_JSON_DEPTH` excepted. Bytes above 0x7f are accepted inside strings
 * without decoding: whether they are UTF-8 is the caller's question (`isUtf8`).
 *
 * @throws JsonScanError
 */
export function scanObject(bytes: Buffer): JsonObjectScan {
  const source = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
  const start = skipWhitespace(bytes, 0);
  if (bytes[start] !== OPEN_BRACE) {
    throw start < bytes.length
      ? new JsonScanError(bytes, start, 'not an object')
      : unexpected(bytes, start);
  }
  const members: JsonMember[] = [];
  const end = scanMembers(source, start, members);
  const rest = skipWhitespace(bytes, end + 1);
  if (rest < bytes.length) throw new JsonScanError(bytes, rest, 'text after the object');
  return { bytes, start, end, members };
}

function scanMembers(source: JsonSource, start: number, members: JsonMember[]): number {
  const { bytes } = source;
  let at = skipWhitespace(bytes, start + 1);
  if (bytes[at] === CLOSE_BRACE) return at;
  for (;;) {
    const keyStart = at;
    if (bytes[keyStart] !== QUOTE) throw unexpected(bytes, keyStart);
    const keyEnd = skipString(source, keyStart);
    const valueStart = skipColon(bytes, keyEnd);
    const valueEnd = skipValue(source, valueStart, 1);
    members.push({ keyStart, keyEnd, valueStart, valueEnd });
    at = skipWhitespace(bytes, valueEnd);
    if (bytes[at] === CLOSE_BRACE) return at;
    if (bytes[at] !== COMMA) throw unexpected(bytes, at);
    at = skipWhitespace(bytes, at + 1);
  }
}
