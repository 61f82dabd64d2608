import { ByteLog } from './byte-log.ts';
import type { AnswerTap } from '../../domain/answer.ts';
import { headerValue } from '../../domain/headers.ts';
import type { FlatHeaders } from '../../domain/upstream.ts';

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
  return new Recorder(maxBytes);
}

class Recorder implements AnswerRecorder {
  readonly #maxBytes: number;
  #isKept = false;
  #contentType = '';
  #contentEncoding: string | null = null;
  #bytes = 0;
  /** Most answers that are kept are one piece; a stream's many are copied together. */
  #first: Buffer | null = null;
  #log: ByteLog | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  begin(status: number, headers: FlatHeaders): void {
    this.#isKept = status === 200;
    this.#bytes = 0;
    this.#first = null;
    this.#log = null;
    this.#contentType = headerValue(headers, 'content-type') ?? '';
    this.#contentEncoding = headerValue(headers, 'content-encoding');
  }

  chunk(chunk: Buffer): void {
    if (!this.#isKept) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#giveUp();
    else if (this.#bytes === chunk.length) this.#first = chunk;
    else this.#add(chunk);
  }

  take(): RecordedAnswer | null {
    if (!this.#isKept) return null;
    return {
      contentType: this.#contentType,
      contentEncoding: this.#contentEncoding,
      bytes: this.#first ?? this.#log?.concat() ?? Buffer.alloc(0),
    };
  }

  #add(chunk: Buffer): void {
    this.#log ??= new ByteLog();
    if (this.#first !== null) this.#log.append(this.#first);
    this.#first = null;
    this.#log.append(chunk);
  }

  #giveUp(): void {
    this.#isKept = false;
    this.#first = null;
    this.#log = null;
  }
}
