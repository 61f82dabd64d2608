// Counts generated text, from which tokens are estimated when a stream breaks off before the
// provider has said what it used. Most events of a stream differ in one string only, so that string
// is measured by the bytes around it: finding and decoding the data of each event took ten times as
// long, more than passing the event on.

import { hasAt } from '../platform/has-at.ts';

export interface DeltaMeter {
  /**
   * Bytes of the text, escapes as sent, where the event is like the one learnt but for its text and
   * padding. Null: it must be parsed.
   */
  repeatedDelta(raw: Buffer): number | null;
  /**
   * Takes an event that is known to carry nothing but text as the pattern for those that follow, and
   * gives the bytes of its own text. Null: it has no such text.
   */
  learn(raw: Buffer): number | null;
}

/** The bytes around the text; between the last two lies padding. */
interface Pattern {
  readonly beforeText: Buffer;
  /** From the text's closing quote. */
  readonly beforePadding: Buffer;
  readonly afterPadding: Buffer;
}

const quote = 0x22;
const backslash = 0x5c;
const closingBrace = 0x7d;
/** OpenAI's padding is a random string, so that lengths do not give the text away. */
const paddingMark = '"obfuscation":"';

export function createDeltaMeter(textMembers: readonly string[]): DeltaMeter {
  const marks = textMembers.map((name) => `"${name}":"`);
  let pattern: Pattern | null = null;
  const repeatedDelta = (raw: Buffer): number | null => {
    if (pattern === null) return null;
    const { beforeText, beforePadding, afterPadding } = pattern;
    if (!hasAt(raw, beforeText, 0)) return null;
    const end = closingQuote(raw, beforeText.length);
    if (end === -1 || !hasAt(raw, beforePadding, end)) return null;
    const paddingStart = end + beforePadding.length;
    const paddingEnd = raw.length - afterPadding.length;
    if (!isPadding(raw, paddingStart, paddingEnd)) return null;
    return hasAt(raw, afterPadding, paddingEnd) ? end - beforeText.length : null;
  };
  return {
    repeatedDelta,
    learn(raw) {
      pattern = patternOf(raw, marks);
      return repeatedDelta(raw);
    },
  };
}

function patternOf(raw: Buffer, marks: readonly string[]): Pattern | null {
  for (const mark of marks) {
    const at = raw.indexOf(mark, 0, 'latin1');
    const end = at === -1 ? -1 : closingQuote(raw, at + mark.length);
    if (end === -1) continue;
    const padding = paddingOf(raw, end);
    // Copies: the event is a view of a chunk that would be kept alive.
    return {
      beforeText: Buffer.from(raw.subarray(0, at + mark.length)),
      beforePadding: Buffer.from(raw.subarray(end, padding.start)),
      afterPadding: Buffer.from(raw.subarray(padding.end)),
    };
  }
  return null;
}

/** OpenAI pads with a string of its own, Anthropic with blanks before the last brace. */
function paddingOf(raw: Buffer, from: number): { readonly start: number; readonly end: number } {
  const mark = raw.indexOf(paddingMark, from, 'latin1');
  if (mark !== -1) {
    const start = mark + paddingMark.length;
    return { start, end: Math.max(start, raw.indexOf(quote, start)) };
  }
  const end = Math.max(from + 1, raw.lastIndexOf(closingBrace));
  let start = end;
  while (raw[start - 1] === 0x20) start--;
  return { start, end };
}

/** Letters, digits and blanks: nothing that could end one value and begin another. */
function isPadding(raw: Buffer, start: number, end: number): boolean {
  if (end < start) return false;
  for (let at = start; at < end; at++) {
    const byte = raw[at] ?? 0;
    const lower = byte | 0x20;
    const isLetter = lower >= 0x61 && lower <= 0x7a;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (!isLetter && !isDigit && byte !== 0x20) return false;
  }
  return true;
}

function closingQuote(raw: Buffer, from: number): number {
  let at = raw.indexOf(quote, from);
  while (at !== -1 && isEscaped(raw, at)) at = raw.indexOf(quote, at + 1);
  return at;
}

function isEscaped(raw: Buffer, at: number): boolean {
  let slashes = 0;
  while (raw[at - 1 - slashes] === backslash) slashes++;
  return slashes % 2 === 1;
}
