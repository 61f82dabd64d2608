// Counts generated text, from which tokens are estimated when a stream breaks off before the
// provider has said what it used. Most events of a stream differ in one string only, so that string
// is measured by its surroundings; parsing each event would cost more than passing it on.

export interface DeltaMeter {
  /**
   * UTF-8 bytes of the text (escapes as sent) where the event is like the one learnt, but for its
   * text. Null: it must be parsed.
   */
  repeatedDelta(data: string): number | null;
  /** Takes an event that is known to carry nothing but text as the pattern for those that follow. */
  learn(data: string): void;
}

interface Pattern {
  readonly head: string;
  readonly tail: string;
}

/** OpenAI pads chunks with a random string, so that their lengths do not give the text away. */
const padding = ',"obfuscation":"';

export function createDeltaMeter(textMembers: readonly string[]): DeltaMeter {
  const marks = textMembers.map((name) => `"${name}":"`);
  let pattern: Pattern | null = null;
  return {
    repeatedDelta(data) {
      if (pattern === null || !data.startsWith(pattern.head)) return null;
      const start = pattern.head.length;
      const end = closingQuote(data, start);
      if (end === -1 || tailFrom(data, end) !== pattern.tail) return null;
      // Everything but the text is ASCII.
      return Buffer.byteLength(data) - (data.length - (end - start));
    },
    learn(data) {
      pattern = patternOf(data, marks);
    },
  };
}

function patternOf(data: string, marks: readonly string[]): Pattern | null {
  for (const mark of marks) {
    const at = data.indexOf(mark);
    if (at === -1) continue;
    const start = at + mark.length;
    const end = closingQuote(data, start);
    if (end === -1) return null;
    const head = data.slice(0, start);
    const tail = tailFrom(data, end);
    return isAscii(head) && isAscii(tail) ? { head, tail } : null;
  }
  return null;
}

/** What follows the text, without padding. */
function tailFrom(data: string, end: number): string {
  const at = data.indexOf(padding, end);
  if (at === -1) return data.slice(end);
  const closing = data.indexOf('"', at + padding.length);
  return closing === -1 ? data.slice(end) : data.slice(end, at) + data.slice(closing + 1);
}

function closingQuote(data: string, start: number): number {
  let end = data.indexOf('"', start);
  while (end !== -1 && isEscaped(data, end)) end = data.indexOf('"', end + 1);
  return end;
}

function isEscaped(data: string, quote: number): boolean {
  let slashes = 0;
  while (data.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** Deeper than any answer has its text; a bound, because a hostile one may be nested at will. */
const maxDepth = 8;

/** UTF-8 bytes of all strings under these names. */
export function generatedBytesOf(
  value: unknown,
  names: readonly string[],
  depth: number = maxDepth,
): number {
  if (depth === 0 || typeof value !== 'object' || value === null) return 0;
  let bytes = 0;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string') bytes += generatedBytesOf(member, names, depth - 1);
    else if (names.includes(name)) bytes += Buffer.byteLength(member);
  }
  return bytes;
}
