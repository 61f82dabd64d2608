import type { AnswerTap } from '../../domain/answer.ts';
import { headerValue } from '../../domain/headers.ts';

/** What passed, as the provider sent it. */
export interface RecordedAnswer {
  readonly contentType: string;
  readonly contentEncoding: string | null;
  readonly bytes: Buffer;
}

/** Keeps the bytes of one answer as they pass, up to a bound; past it nothing is kept. */
export interface AnswerRecorder extends AnswerTap {
  /** Null: not a 200, or too long. */
  take(): RecordedAnswer | null;
}

export function createAnswerRecorder(maxBytes: number): AnswerRecorder {
  let chunks: Buffer[] | null = null;
  let bytes = 0;
  let contentType = '';
  let contentEncoding: string | null = null;
  return {
    begin(status, headers) {
      chunks = status === 200 ? [] : null;
      bytes = 0;
      contentType = headerValue(headers, 'content-type') ?? '';
      contentEncoding = headerValue(headers, 'content-encoding');
    },
    chunk(chunk) {
      if (chunks === null) return;
      bytes += chunk.length;
      if (bytes > maxBytes) chunks = null;
      else chunks.push(chunk);
    },
    take() {
      if (chunks === null) return null;
      return { contentType, contentEncoding, bytes: Buffer.concat(chunks, bytes) };
    },
  };
}
