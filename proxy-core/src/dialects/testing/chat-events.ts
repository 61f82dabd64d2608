import type { ChatCodec, ChatEvent } from '../../domain/chat-codec.ts';
import { createSseSplitter } from '../../platform/sse/sse-splitter.ts';

/** What a stream in these chunks says, its end included. */
export function decodeChunks(codec: ChatCodec, chunks: readonly Buffer[]): ChatEvent[] {
  const decoder = codec.createDecoder();
  const splitter = createSseSplitter();
  const events = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
  return [...events.flatMap((event) => decoder.read(event)), ...decoder.end()];
}

/** A stream of `data:` events, and `[DONE]` behind them unless told otherwise. */
export function openaiStream(chunks: readonly object[], isDone = true): Buffer {
  const data = chunks.map((chunk) => JSON.stringify(chunk));
  return Buffer.from(
    [...data, ...(isDone ? ['[DONE]'] : [])].map((text) => `data: ${text}\n\n`).join(''),
  );
}

export interface NamedEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A stream of Anthropic's named events. */
export function anthropicStream(events: readonly NamedEvent[]): Buffer {
  return Buffer.from(
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
}

/** The text cut into as many pieces as there are places, and one more. */
export function cutText(text: string, places: readonly number[]): string[] {
  const borders = [0, ...places.map((place) => place % (text.length + 1)), text.length];
  const sorted = borders.toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
}
