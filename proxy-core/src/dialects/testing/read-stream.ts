import type { AnswerReader, AnswerReading } from '../../domain/dialect.ts';
import { createSseSplitter } from '../../platform/sse/sse-splitter.ts';

/** Feeds a stream to a reader as the meter does, in these pieces. */
export function readStream(
  reader: AnswerReader,
  ...chunks: readonly (string | Buffer)[]
): AnswerReading {
  const splitter = createSseSplitter();
  for (const chunk of chunks) {
    for (const event of splitter.push(Buffer.from(chunk))) reader.readEvent(event);
  }
  for (const event of splitter.end()) reader.readEvent(event);
  return reader.reading();
}

/** Events with `data:` alone, as OpenAI sends them; strings as they are. */
export function dataEvents(...items: readonly unknown[]): string {
  return items
    .map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`)
    .join('');
}

/** Events named by their `type`, as Anthropic sends them. */
export function namedEvents(...items: readonly { readonly type: string }[]): string {
  return items.map((item) => `event: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`).join('');
}
