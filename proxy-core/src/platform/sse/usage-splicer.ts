// Makes an OpenAI chat stream that was asked for usage into the stream that upstream would have sent
// without `stream_options.include_usage`, byte for byte.
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
      const isUntouched =
        splitter.isBetweenEvents() && endsEvent(chunk) && !chunk.includes(KEY_END, 0, 'latin1');
      return isUntouched ? [chunk] : splice(splitter.push(chunk));
    },
    end: () => splice(splitter.end()),
  };
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
