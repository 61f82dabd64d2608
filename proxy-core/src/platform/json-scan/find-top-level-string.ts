import { isKey } from './read-member.ts';
import type { JsonSpan } from './edit-members.ts';
import { skipWhitespace } from './skip-value.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A longer value is taken for no name and is not decoded. */
const MAX_VALUE_BYTES = 64 * 1024;

/**
 * The string value of a top-level member, for bodies that are too large to be checked: one pass over
 * the bytes in place, without a copy, a string or a stack. Of several members of the key the last
 * counts, as in `readMember`. Tolerant: malformed text gives what was found before the fault. Null
 * where the text is no object, or the member is absent, no string, or over 64 KiB.
 */
export function findTopLevelString(bytes: Buffer, key: string): string | null {
  const start = skipWhitespace(bytes, 0);
  if (bytes[start] !== OPEN_BRACE) return null;
  let found: JsonSpan | null = null;
  let at = start + 1;
  let isBeforeColon = true;
  let isWanted = false;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (end === -1) break;
      if (isBeforeColon) isWanted = isKey(bytes, { keyStart: at, keyEnd: end }, key);
      else if (isWanted) found = { start: at, end };
      at = end;
      continue;
    }
    if (byte === CLOSE_BRACE) break;
    if (byte === COLON) {
      isBeforeColon = false;
      // A later member of the key that is no string takes the place of an earlier one.
      if (isWanted) found = null;
    } else if (byte === COMMA) {
      isBeforeColon = true;
    }
    at = byte === OPEN_BRACE || byte === OPEN_BRACKET ? endOfContainer(bytes, at) : at + 1;
  }
  return found === null ? null : decode(bytes, found);
}

/** Behind the bracket that closes this one, told by depth alone; the end where there is none. */
function endOfContainer(bytes: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      if (at === -1) return bytes.length;
      continue;
    }
    at++;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
  }
  return at;
}

/** Behind the closing quote, or -1. Jumps from quote to quote natively: images are long strings. */
function endOfString(bytes: Buffer, start: number): number {
  let quote = bytes.indexOf(QUOTE, start + 1);
  while (quote !== -1 && isEscaped(bytes, quote)) quote = bytes.indexOf(QUOTE, quote + 1);
  return quote === -1 ? -1 : quote + 1;
}

function isEscaped(bytes: Buffer, offset: number): boolean {
  let before = offset - 1;
  while (bytes[before] === BACKSLASH) before--;
  return (offset - before) % 2 === 0;
}

function decode(bytes: Buffer, { start, end }: JsonSpan): string | null {
  if (end - start > MAX_VALUE_BYTES) return null;
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)));
  } catch {
    return null;
  }
}
