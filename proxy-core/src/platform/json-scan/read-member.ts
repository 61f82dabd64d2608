import type { JsonMember, JsonObjectScan } from './scan-object.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_BEYOND_ASCII = 0x80;

/** The member of this key; of several the last, as with `JSON.parse`. */
export function findMember(scan: JsonObjectScan, key: string): JsonMember | undefined {
  return scan.members.findLast(({ keyStart, keyEnd }) =>
    isKey(scan.bytes, { start: keyStart, end: keyEnd }, key),
  );
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
  for (const { keyStart, keyEnd } of scan.members) {
    if (isKey(scan.bytes, { start: keyStart, end: keyEnd }, key)) count += 1;
  }
  return count > 1;
}

/** The key of a member as `JSON.parse` would give it. */
export function memberKey(scan: JsonObjectScan, member: JsonMember): string {
  return decodeKey(scan.bytes, { start: member.keyStart, end: member.keyEnd });
}

/** Where a string lies, its quotes included. */
interface StringSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether a JSON string means this key. Compares bytes and decodes only what has escapes or is not
 * ASCII, because decoding every key of a small body cost more than the whole scan.
 */
export function isKey(bytes: Buffer, { start, end }: StringSpan, key: string): boolean {
  const rawLength = end - start - 2;
  // Escapes and UTF-8 only ever make the raw form longer than the key.
  if (rawLength < key.length) return false;
  for (let index = 0; index < rawLength; index++) {
    const byte = bytes[start + 1 + index] ?? 0;
    if (byte === BACKSLASH || byte >= FIRST_BEYOND_ASCII) {
      return decodeKey(bytes, { start, end }) === key;
    }
    if (byte !== key.charCodeAt(index)) return false;
  }
  return rawLength === key.length;
}

function decodeKey(bytes: Buffer, { start, end }: StringSpan): string {
  const raw = bytes.toString('utf8', start + 1, end - 1);
  return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
}
