const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;

/** Finds the ends of lines over any number of chunks; LF, CRLF and CR end one. */
export interface LineReader {
  /**
   * The offset behind the line that begins or goes on at `from`, its end included; -1 where the
   * chunk is over first. It is `from` where the chunk before turns out to have ended with a CR.
   * Every chunk is read from its offset 0 on, without gaps.
   */
  next(chunk: Buffer, from: number): number;
  /** About the line found last. */
  isBlank(): boolean;
  isComment(): boolean;
}

/** In the place of a line's first byte: there is none yet. */
const NOTHING = -1;
/** In the place of the next CR: to be looked for. */
const UNKNOWN = -1;

export function createLineReader(): LineReader {
  let first = NOTHING;
  let firstOfFound = NOTHING;
  let isAfterReturn = false;
  let hasReturnEnd = false;
  let nextReturn = UNKNOWN;

  const found = (end: number, isReturnEnd: boolean): number => {
    firstOfFound = first;
    first = NOTHING;
    isAfterReturn = false;
    hasReturnEnd = isReturnEnd;
    return end;
  };

  const endOfText = (chunk: Buffer, from: number): number => {
    if (from === 0 || nextReturn < from) nextReturn = indexOrEnd(chunk, CARRIAGE_RETURN, from);
    return Math.min(indexOrEnd(chunk, LINE_FEED, from), nextReturn);
  };

  return {
    next(chunk, from) {
      if (from >= chunk.length) return -1;
      if (isAfterReturn) {
        nextReturn = UNKNOWN;
        return chunk[from] === LINE_FEED ? found(from + 1, false) : found(from, true);
      }
      const at = endOfText(chunk, from);
      if (at > from && first === NOTHING) first = chunk[from] ?? NOTHING;
      if (at === chunk.length) return -1;
      if (chunk[at] === LINE_FEED) return found(at + 1, false);
      // Where CR alone ended the line before, it ends a blank line at once, so that such a stream
      // is not an event behind. Elsewhere the LF that may follow has to be waited for.
      if (first === NOTHING && hasReturnEnd) return found(at + 1, true);
      if (at + 1 === chunk.length) {
        isAfterReturn = true;
        return -1;
      }
      return chunk[at + 1] === LINE_FEED ? found(at + 2, false) : found(at + 1, true);
    },
    isBlank() {
      return firstOfFound === NOTHING;
    },
    isComment() {
      return firstOfFound === COLON;
    },
  };
}

/** The offset of the next such byte at or after `from`; the length where there is none. */
export function indexOrEnd(chunk: Buffer, byte: number, from: number): number {
  const index = chunk.indexOf(byte, from);
  return index === -1 ? chunk.length : index;
}
