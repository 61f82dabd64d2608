// Splits a stream of server-sent events, in chunks cut anywhere, into whole events that keep their
// exact bytes. Bounded: what is too large for one event is handed on unread.
import { createHeldBytes } from './held-bytes.ts';
import { createLineReader } from './line-reader.ts';
import { SseEvent, type SseEventKind } from './sse-event.ts';

export interface SseSplitterOptions {
  /** A larger event is handed on in opaque pieces and never held. Default 8 MiB. */
  readonly maxEventBytes?: number | undefined;
  /**
   * Asked about the beginning of an event when a chunk ends inside it: true hands it on in opaque
   * pieces as they come, because the caller does not need it whole. Default: never.
   */
  mayPassUnread?(beginning: Buffer): boolean;
}

/** The `raw` of all that it gives, in order, is the stream, byte for byte. */
export interface SseSplitter {
  /** The events that end in this chunk. They are views of it; only an event cut by chunks is copied. */
  push(chunk: Buffer): SseEvent[];
  /** The chunks so far end where an event, or a comment in front of it, ends. */
  isBetweenEvents(): boolean;
  /** At the end of the stream: the last event where its blank line is missing. */
  end(): SseEvent[];
}

const DEFAULT_MAX_EVENT_BYTES = 8 * 1024 * 1024;

export function createSseSplitter(options: SseSplitterOptions = {}): SseSplitter {
  const { maxEventBytes = DEFAULT_MAX_EVENT_BYTES } = options;
  const lines = createLineReader();
  const held = createHeldBytes();
  /** Only comments so far: the next comment is one of its own too. */
  let isAtStart = true;
  /** The rest of this event goes on in opaque pieces. */
  let isPassing = false;

  const take = (kind: SseEventKind, last: Buffer): SseEvent[] => {
    const raw = held.takeWith(last);
    if (raw.length === 0) return [];
    if (raw.length > maxEventBytes) isPassing = true;
    return [new SseEvent(isPassing ? 'opaque' : kind, raw)];
  };

  const hold = (rest: Buffer): SseEvent[] => {
    isPassing ||= held.size() + rest.length > maxEventBytes;
    isPassing ||= held.size() === 0 && options.mayPassUnread?.(rest) === true;
    if (isPassing) return take('opaque', rest);
    held.add(rest);
    return [];
  };

  return {
    push(chunk) {
      const events: SseEvent[] = [];
      let start = 0;
      let end = lines.next(chunk, 0);
      while (end !== -1) {
        const isOwnComment = isAtStart && lines.isComment();
        if (lines.isBlank() || isOwnComment) {
          events.push(...take(isOwnComment ? 'comment' : 'event', slice(chunk, start, end)));
          if (lines.isBlank()) isPassing = false;
          isAtStart = !isPassing;
          start = end;
        } else {
          isAtStart = false;
        }
        end = lines.next(chunk, end);
      }
      if (start < chunk.length) events.push(...hold(slice(chunk, start, chunk.length)));
      return events;
    },
    isBetweenEvents() {
      return isAtStart && !isPassing && held.size() === 0;
    },
    end() {
      return take('event', Buffer.alloc(0));
    },
  };
}

/** The chunk itself where it is whole: a view would cost more than finding the event did. */
function slice(chunk: Buffer, start: number, end: number): Buffer {
  return start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
}
