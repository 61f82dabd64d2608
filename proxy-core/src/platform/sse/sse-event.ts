import { indexOrEnd } from './line-reader.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const BYTE_ORDER_MARK_LENGTH = 3;

/**
 * `event`: a whole event, its blank line included. `comment`: one comment line in front of an event.
 * `opaque`: a piece of an event that is passed on without being read.
 */
export type SseEventKind = 'event' | 'comment' | 'opaque';

/** A piece of `raw`; `end` is the offset behind its last byte. */
export interface DataLine {
  readonly start: number;
  readonly end: number;
}

/**
 * One event of a stream. Thousands pass in a second and most are of no interest, so nothing is
 * decoded before it is asked for; a class, because getters on a prototype cost an event nothing.
 */
export class SseEvent {
  readonly kind: SseEventKind;
  /** The exact bytes, line ends included. */
  readonly raw: Buffer;
  #dataLines: readonly DataLine[] | undefined;
  #data: string | undefined;

  constructor(kind: SseEventKind, raw: Buffer) {
    this.kind = kind;
    this.raw = raw;
  }

  /** The value of the last `event:` line, `''` where there is none. */
  get event(): string {
    const line = this.#fieldLines('event').at(-1);
    return line === undefined ? '' : this.raw.toString('utf8', line.start, line.end);
  }

  /** The values of the `data:` lines joined by LF, `''` where there is none. */
  get data(): string {
    this.#data ??= this.dataLines
      .map(({ start, end }) => this.raw.toString('utf8', start, end))
      .join('\n');
    return this.#data;
  }

  /** Where in `raw` the values of the `data:` lines lie. */
  get dataLines(): readonly DataLine[] {
    this.#dataLines ??= this.#fieldLines('data');
    return this.#dataLines;
  }

  /** Whether the raw bytes contain this ASCII text; much cheaper than decoding. */
  contains(ascii: string): boolean {
    return this.kind === 'event' && this.raw.includes(ascii, 0, 'latin1');
  }

  #fieldLines(name: string): DataLine[] {
    const lines: DataLine[] = [];
    if (this.kind !== 'event') return lines;
    const { raw } = this;
    let start = hasByteOrderMark(raw) ? BYTE_ORDER_MARK_LENGTH : 0;
    // Looked for again only when it lies behind, so that many lines without a CR stay linear.
    let nextReturn = -1;
    while (start < raw.length) {
      if (nextReturn < start) nextReturn = indexOrEnd(raw, CARRIAGE_RETURN, start);
      const end = Math.min(indexOrEnd(raw, LINE_FEED, start), nextReturn);
      if (hasField(raw, { start, end }, name)) {
        lines.push({ start: startOfValue(raw, start + name.length, end), end });
      }
      // Between CR and LF lies an empty line that holds no field.
      start = end + 1;
    }
    return lines;
  }
}

/** The line is `name` or begins with `name:`. */
function hasField(raw: Buffer, { start, end }: DataLine, name: string): boolean {
  const behind = start + name.length;
  if (behind > end || (behind < end && raw[behind] !== COLON)) return false;
  for (let index = 0; index < name.length; index++) {
    if (raw[start + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

/** Behind the colon and one space, where they are. */
function startOfValue(raw: Buffer, behindName: number, end: number): number {
  if (behindName === end) return end;
  return raw[behindName + 1] === SPACE ? behindName + 2 : behindName + 1;
}

/** Legal in front of the first event only; a later event with one would be malformed anyway. */
function hasByteOrderMark(raw: Buffer): boolean {
  return raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf;
}
