import type { JsonMember, JsonObjectScan } from './scan-object.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_BEYOND_ASCII = 0x80;

/** The member of this key; of several the last, as with `JSON.parse`. */
export function findMember(scan: JsonObjectScan, key: string): JsonMember | undefined {
  const { bytes, members } = scan;
  for (let index = members.length - 1; index >= 0; index--) {
    const member = members[index];
    if (member !== undefined && isKey(bytes, member, key)) return member;
  }
  return undefined;
}

/**
 * The parsed value of a member, or undefined where it is absent; of several the last. Parses the
 * bytes of this value only, as UTF-8. A read of a large value costs what parsing it costs.
 */
export function readMember(scan: JsonObjectScan, key: string): unknown {
  const member = findMember(scan, key);
  if (member === undefined) return undefined;
  const { bytes } = scan;
  const { valueStart, valueEnd } = member;
  const text = bytes.toString('utf8', valueStart, valueEnd);
  // A plain string is its own text: most fields that are read are model names and the like.
  const isPlain = bytes[valueStart] === QUOTE && !text.includes('\\');
  return isPlain ? text.slice(1, -1) : JSON.parse(text);
}

/** Whether the key stands there more than once: readers then disagree about the value. */
export function hasDuplicate(scan: JsonObjectScan, key: string): boolean {
  let count = 0;
  for (const member of scan.members) if (isKey(scan.bytes, member, key)) count += 1;
  return count > 1;
}

/** The key of a member as `JSON.parse` would give it. */
export function memberKey(scan: JsonObjectScan, member: JsonMember): string {
  return decodeKey(scan.bytes, member);
}

/** Where a key lies, its quotes included; a member is one. */
type KeySpan = Pick<JsonMember, 'keyStart' | 'keyEnd'>;

/**
 * Whether the JSON string of a key means this one. Compares bytes and decodes only what has escapes or is not
 * ASCII, because decoding every key of a small body cost more than the whole scan.
 */
export function isKey(bytes: Buffer, span: KeySpan, key: string): boolean {
  const { keyStart, keyEnd } = span;
  const rawLength = keyEnd - keyStart - 2;
  // Escapes and UTF-8 only ever make the raw form longer than the key.
  if (rawLength < key.length) return false;
  for (let index = 0; index < rawLength; index++) {
    const byte = bytes[keyStart + 1 + index] ?? 0;
    if (byte === BACKSLASH || byte >= FIRST_BEYOND_ASCII) {
      return decodeKey(bytes, span) === key;
    }
    if (byte !== key.charCodeAt(index)) return false;
  }
  return rawLength === key.length;
}

function decodeKey(bytes: Buffer, { keyStart, keyEnd }: KeySpan): string {
  const raw = bytes.toString('utf8', keyStart + 1, keyEnd - 1);
  return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
}
