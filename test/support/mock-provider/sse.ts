// Server-sent events as bytes, in the variations that providers send.

import type { SseStyle } from './behaviour.ts';

export interface SseEvent {
  readonly event?: string;
  readonly data: string;
}

/** One buffer an event, in order. */
export function formatEvents(events: readonly SseEvent[], style: SseStyle = {}): Buffer[] {
  const lineEnd = style.crlf === true ? '\r\n' : '\n';
  const space = style.noSpace === true ? '' : ' ';
  const frames = events.map((event) => {
    const name = event.event === undefined ? '' : `event:${space}${event.event}${lineEnd}`;
    return `${name}data:${space}${event.data}${lineEnd}${lineEnd}`;
  });
  if (style.leadingComment !== undefined && frames[0] !== undefined) {
    frames[0] = `:${space}${style.leadingComment}${lineEnd}${lineEnd}${frames[0]}`;
  }
  const last = frames.length - 1;
  if (style.lastEventUnterminated === true && frames[last] !== undefined) {
    frames[last] = frames[last].slice(0, -2 * lineEnd.length);
  }
  return frames.map((frame) => Buffer.from(frame, 'utf8'));
}

/** Cuts a text into about `count` pieces, never inside a code point. */
export function splitText(text: string, count: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, count)));
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + size);
    if (isInsidePair(text, end)) end += 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** Whether a cut at `index` would part a surrogate pair. */
function isInsidePair(text: string, index: number): boolean {
  return index < text.length && (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
