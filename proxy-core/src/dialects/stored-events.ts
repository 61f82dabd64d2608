import { createSseSplitter } from '../platform/sse/sse-splitter.ts';

export interface StoredEvent {
  readonly event: string;
  readonly data: string;
}

/** The events of a whole stream that was kept. */
export function* storedEvents(stream: Buffer): Generator<StoredEvent> {
  const splitter = createSseSplitter();
  for (const { event, data } of splitter.push(stream)) yield { event, data };
  for (const { event, data } of splitter.end()) yield { event, data };
}
