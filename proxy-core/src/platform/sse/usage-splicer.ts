// Makes an OpenAI chat stream that was asked for usage into the stream that upstream would have sent
// without `stream_options.include_usage`, byte for byte.
import { hasAt } from '../has-at.ts';
import { removedSpans } from '../json-scan/edit-members.ts';
import { JsonScanError } from '../json-scan/json-scan-error.ts';
import { findMember, hasDuplicate } from '../json-scan/read-member.ts';
import { scanObject, type JsonObjectScan } from '../json-scan/scan-object.ts';
import type { DataLine, SseEvent } from './sse-event.ts';
import { createSseSplitter } from './sse-splitter.ts';

export interface UsageSplicerOptions {
  /** Gets the `data` of each event that is taken out: a chunk without choices that holds the usage. */
  onUsage(data: string): void;
  /** A larger event passes as it is. Default as for the splitter. */
  readonly maxEventBytes?: number | undefined;
}

/** Raw chunks in, raw chunks out: at most one for each call, none where all of it is held back. */
export interface UsageSplicer {
  /** Holds back only an unfinished event that may have to change. */
  push(chunk: Buffer): Buffer[];
  end(): Buffer[];
}

/** What the option does to an event. */
type Trace = 'none' | 'null-member' | 'extra-event';

const SPACE = 0x20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const OPEN_BRACE = 0x7b;
/** Looked for without its first quote: a search that begins with so frequent a byte is 7 times slower. */
const KEY_END = 'usage"';
const DATA_FIELD = 'data:';
/** How OpenAI writes it: the last member of the only data line. */
const PLAIN_START: Buffer = Buffer.from('data: {"');
const PLAIN_MEMBER: Buffer = Buffer.from(',"usage":null');
const PLAIN_END: Buffer = Buffer.from('}\n\n');

export function createUsageSplicer(options: UsageSplicerOptions): UsageSplicer {
  const { onUsage, maxEventBytes } = options;
  const splitter = createSseSplitter({ maxEventBytes, mayPassUnread: isNoObject });

  const splice = (events: readonly SseEvent[]): Buffer[] => {
    const pieces: Buffer[] = [];
    for (const event of events) {
      const piece = event.contains(KEY_END) ? spliced(event, onUsage) : event.raw;
      if (piece !== null) pieces.push(piece);
    }
    return pieces.length > 1 ? [Buffer.concat(pieces)] : pieces;
  };

  return {
    push(chunk) {
      if (!splitter.isBetweenEvents() || !endsEvent(chunk)) return splice(splitter.push(chunk));
      const plain = splicedPlainly(chunk);
      return plain === null ? splice(splitter.push(chunk)) : [plain];
    },
    end: () => splice(splitter.end()),
  };
}

/**
 * The usual chunk, spliced without being scanned: whole events in which the member is the last of the
 * data line, as OpenAI sends it. There it can be nothing else: what closes behind it, at the end of the
 * event, is the object itself. Null: it has to be looked at event by event. (Where the data are no
 * JSON, or have the key twice and once with escapes, the scan would leave the member where it is.)
 */
function splicedPlainly(chunk: Buffer): Buffer | null {
  let at = chunk.indexOf(KEY_END, 0, 'latin1');
  if (at === -1) return chunk;
  const shorter = Buffer.allocUnsafe(chunk.length);
  let copied = 0;
  let size = 0;
  while (at !== -1) {
    const memberStart = at - 2;
    const memberEnd = memberStart + PLAIN_MEMBER.length;
    if (!isPlainMember(chunk, memberStart, memberEnd)) return null;
    size += chunk.copy(shorter, size, copied, memberStart);
    copied = memberEnd;
    at = chunk.indexOf(KEY_END, memberEnd, 'latin1');
  }
  size += chunk.copy(shorter, size, copied);
  return shorter.subarray(0, size);
}

/** Whether it is written as usual, ends its event, and stands in a line of data. */
function isPlainMember(chunk: Buffer, start: number, end: number): boolean {
  if (!hasAt(chunk, PLAIN_MEMBER, start) || !hasAt(chunk, PLAIN_END, end)) return false;
  const line = chunk.lastIndexOf(LINE_FEED, start) + 1;
  const isOnlyLine = line === 0 || chunk[line - 2] === LINE_FEED;
  return isOnlyLine && hasAt(chunk, PLAIN_START, line);
}

/** The event as it is without the option; null where it would not be there. */
function spliced(event: SseEvent, onUsage: (data: string) => void): Buffer | null {
  const scan = scanData(event);
  if (scan === null) return event.raw;
  const trace = traceOf(scan);
  if (trace === 'none') return event.raw;
  if (trace === 'null-member') return withoutUsage(event, scan);
  onUsage(event.data);
  return null;
}

function withoutUsage({ raw, dataLines }: SseEvent, scan: JsonObjectScan): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end } of removedSpans(scan, ['usage'])) {
    pieces.push(raw.subarray(at, rawOffset(dataLines, start)));
    at = rawOffset(dataLines, end);
  }
  pieces.push(raw.subarray(at));
  return Buffer.concat(pieces);
}

/** Null where the data is no JSON object. */
function scanData({ raw, dataLines }: SseEvent): JsonObjectScan | null {
  const [first] = dataLines;
  if (first === undefined) return null;
  try {
    return scanObject(
      dataLines.length === 1 ? raw.subarray(first.start, first.end) : joined(raw, dataLines),
    );
  } catch (error) {
    if (error instanceof JsonScanError) return null;
    throw error;
  }
}

function traceOf(scan: JsonObjectScan): Trace {
  const usage = findMember(scan, 'usage');
  if (usage === undefined || hasDuplicate(scan, 'usage')) return 'none';
  const { bytes } = scan;
  // The scan has checked the text, so that the first letter tells what the value is.
  if (bytes[usage.valueStart] === 'n'.charCodeAt(0)) return 'null-member';
  if (bytes[usage.valueStart] !== OPEN_BRACE) return 'none';
  const choices = findMember(scan, 'choices');
  const text = choices && bytes.toString('latin1', choices.valueStart, choices.valueStart + 16);
  return text !== undefined && /^\[\s*\]/.test(text) ? 'extra-event' : 'none';
}

function joined(raw: Buffer, dataLines: readonly DataLine[]): Buffer {
  const lines = dataLines.map(({ start, end }) => raw.toString('latin1', start, end));
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** From an offset in the joined data lines to the offset in the raw event. */
function rawOffset(dataLines: readonly DataLine[], offset: number): number {
  let rest = offset;
  for (const { start, end } of dataLines) {
    if (rest <= end - start) return start + rest;
    rest -= end - start + 1;
  }
  throw new RangeError(`no data at offset ${offset}`);
}

/** Whether an event that begins like this cannot carry a JSON object, so that nothing need wait. */
function isNoObject(beginning: Buffer): boolean {
  if (beginning.toString('latin1', 0, DATA_FIELD.length) !== DATA_FIELD) return false;
  const first = beginning.subarray(DATA_FIELD.length).find((byte) => byte !== SPACE);
  // Below a space stand the line ends: an object may begin in the next data line.
  return first !== undefined && first > SPACE && first !== OPEN_BRACE;
}

/** For a chunk that begins with an event. */
function endsEvent(chunk: Buffer): boolean {
  const { length } = chunk;
  if (chunk[length - 1] !== LINE_FEED) return false;
  if (chunk[length - 2] === LINE_FEED) return true;
  return chunk[length - 2] === CARRIAGE_RETURN && chunk[length - 3] === LINE_FEED;
}
