import { JsonScanError } from './json-scan-error.ts';

/** The bytes of one text and a view of them, made once a scan. */
export interface JsonSource {
  readonly bytes: Uint8Array;
  /** Reads four bytes at any alignment; V8 compiles it to one load. */
  readonly view: DataView;
}

/** Objects and arrays inside one another, the outermost included; deeper texts are refused. */
export const MAX_JSON_DEPTH = 512;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** What reading past the end gives, and what closes nothing: equal to no byte. */
const NONE = -1;
/** 1 for the bytes of the text; tables, because what stands in escapes is hard to predict. */
const PLAIN_ESCAPES: Uint8Array = tableOf('"\\/bfnrt');
const HEX_DIGITS: Uint8Array = tableOf('0123456789abcdefABCDEF');

/** The offset of the first byte at or after `offset` that is not white space. */
export function skipWhitespace(bytes: Uint8Array, offset: number): number {
  let at = offset;
  while (at < bytes.length) {
    const byte = bytes[at] ?? NONE;
    if (byte > SPACE) break;
    if (byte !== SPACE && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB) break;
    at++;
  }
  return at;
}

/**
 * Steps over one value that begins at `offset` (white space is behind), checks it strictly at any
 * depth without recursion, and gives the offset behind it. `depth` counts what encloses it.
 */
export function skipValue(source: JsonSource, offset: number, depth: number): number {
  const { bytes } = source;
  const first = bytes[offset];
  if (first === QUOTE) return skipString(source, offset);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skipScalar(bytes, offset);
  return skipContainer(source, offset, depth);
}

function skipContainer(source: JsonSource, offset: number, depth: number): number {
  const { bytes } = source;
  const enclosing: number[] = [];
  let at = offset;
  let closer = NONE;
  for (;;) {
    const byte = bytes[at] ?? NONE;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth + enclosing.length >= MAX_JSON_DEPTH) {
        throw new JsonScanError(bytes, at, 'nested too deeply');
      }
      enclosing.push(closer);
      closer = byte + 2;
      at = skipWhitespace(bytes, at + 1);
      if (bytes[at] !== closer) {
        at = toValue(source, at, closer);
        continue;
      }
    } else {
      at = skipWhitespace(bytes, byte === QUOTE ? skipString(source, at) : skipScalar(bytes, at));
    }
    // Behind a value: every container that ends here is left.
    while (bytes[at] === closer) {
      closer = enclosing.pop() ?? NONE;
      if (closer === NONE) return at + 1;
      at = skipWhitespace(bytes, at + 1);
    }
    if (bytes[at] !== COMMA) throw unexpected(bytes, at);
    at = toValue(source, skipWhitespace(bytes, at + 1), closer);
  }
}

/** In an object the key comes first. */
function toValue(source: JsonSource, offset: number, closer: number): number {
  return closer === CLOSE_BRACE ? skipKey(source, offset) : offset;
}

/** Steps over `"key" :` and the white space behind it. */
function skipKey(source: JsonSource, offset: number): number {
  if (source.bytes[offset] !== QUOTE) throw unexpected(source.bytes, offset);
  return skipColon(source.bytes, skipString(source, offset));
}

/** From behind a key to its value. */
export function skipColon(bytes: Uint8Array, offset: number): number {
  const colon = skipWhitespace(bytes, offset);
  if (bytes[colon] !== COLON) throw unexpected(bytes, colon);
  return skipWhitespace(bytes, colon + 1);
}

/** Steps over a string whose opening quote stands at `offset`; gives the offset behind the closing one. */
export function skipString(source: JsonSource, offset: number): number {
  const { bytes, view } = source;
  const lastSixteen = bytes.length - 16;
  let at = offset + 1;
  while (at <= lastSixteen) {
    // Unrolled by hand: with a turn of the loop a word it took 1.7 times as long.
    let marks = marksOfSpecials(view.getInt32(at, true));
    if (marks === 0) marks = marksOfSpecials(view.getInt32((at += 4), true));
    if (marks === 0) marks = marksOfSpecials(view.getInt32((at += 4), true));
    if (marks === 0) marks = marksOfSpecials(view.getInt32((at += 4), true));
    if (marks === 0) {
      at += 4;
      continue;
    }
    at += (31 - Math.clz32(marks & -marks)) >> 3;
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) throw new JsonScanError(bytes, at, 'control character in a string');
    // Escapes come in runs: a line break and its tabs, a doubly escaped quote. Written out, because
    // V8 does not inline a call here if its first texts had few escapes: half as long again.
    while (bytes[at] === BACKSLASH && PLAIN_ESCAPES[bytes[at + 1] ?? 0] === 1) at += 2;
    if (bytes[at] === BACKSLASH) at = skipUnicodeEscapes(bytes, at);
  }
  return skipShortString(bytes, at);
}

/** Byte by byte, from inside a string to behind it. */
function skipShortString(bytes: Uint8Array, offset: number): number {
  let at = offset;
  while (at < bytes.length) {
    const byte = bytes[at] ?? NONE;
    if (byte === QUOTE) return at + 1;
    if (byte < SPACE) throw new JsonScanError(bytes, at, 'control character in a string');
    if (byte !== BACKSLASH) at++;
    else if (PLAIN_ESCAPES[bytes[at + 1] ?? 0] === 1) at += 2;
    else at = skipUnicodeEscapes(bytes, at);
  }
  throw new JsonScanError(bytes, bytes.length, 'unexpected end');
}

/**
 * Four bytes at once: the top bit of each byte that is a quote, a backslash or a control character.
 * Flipping bit 1 takes the quote to 0x20, next to the control characters, so that one comparison
 * finds both. The lowest mark is exact; a higher one may be false, because a borrow runs upwards.
 */
function marksOfSpecials(word: number): number {
  const low = word ^ 0x02020202;
  const slash = word ^ 0x5c5c5c5c;
  return (((low - 0x21212121) & ~low) | ((slash - 0x01010101) & ~slash)) & 0x80808080;
}

/** Over a run of \uXXXX: some clients write whole texts like that. */
function skipUnicodeEscapes(bytes: Uint8Array, offset: number): number {
  let at = offset;
  do {
    const first = (HEX_DIGITS[bytes[at + 2] ?? 0] ?? 0) & (HEX_DIGITS[bytes[at + 3] ?? 0] ?? 0);
    const second = (HEX_DIGITS[bytes[at + 4] ?? 0] ?? 0) & (HEX_DIGITS[bytes[at + 5] ?? 0] ?? 0);
    if (bytes[at + 1] !== LETTER_U || (first & second) === 0) {
      throw new JsonScanError(bytes, at, 'invalid escape');
    }
    at += 6;
  } while (bytes[at] === BACKSLASH && bytes[at + 1] === LETTER_U);
  return at;
}

function skipScalar(bytes: Uint8Array, offset: number): number {
  switch (bytes[offset]) {
    case 0x74:
      return skipWord(bytes, offset, 'true');
    case 0x66:
      return skipWord(bytes, offset, 'false');
    case 0x6e:
      return skipWord(bytes, offset, 'null');
    default:
      return skipNumber(bytes, offset);
  }
}

function skipWord(bytes: Uint8Array, offset: number, word: string): number {
  for (let index = 1; index < word.length; index++) {
    if (bytes[offset + index] !== word.charCodeAt(index)) throw unexpected(bytes, offset + index);
  }
  return offset + word.length;
}

function skipNumber(bytes: Uint8Array, offset: number): number {
  let at = bytes[offset] === MINUS ? offset + 1 : offset;
  at = bytes[at] === ZERO ? at + 1 : skipDigits(bytes, at);
  let byte = bytes[at];
  if (byte === COMMA) return at;
  if (byte === DOT) {
    at = skipDigits(bytes, at + 1);
    byte = bytes[at];
  }
  if (byte !== 0x65 && byte !== 0x45) return at;
  const sign = bytes[at + 1];
  return skipDigits(bytes, sign === MINUS || sign === PLUS ? at + 2 : at + 1);
}

/** At least one digit. */
function skipDigits(bytes: Uint8Array, offset: number): number {
  let at = offset;
  while (isDigit(bytes[at] ?? NONE)) at++;
  if (at === offset) throw unexpected(bytes, at);
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

export function unexpected(bytes: Uint8Array, offset: number): JsonScanError {
  return offset < bytes.length
    ? new JsonScanError(bytes, offset, 'unexpected character')
    : new JsonScanError(bytes, bytes.length, 'unexpected end');
}

function tableOf(letters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const letter of letters) table[letter.charCodeAt(0)] = 1;
  return table;
}
