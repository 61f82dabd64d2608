// What the mock provider can be told to do with one request. Plain data, so that a test reads as the
// situation that it builds: `{ kind: 'answer', encoding: 'gzip', fault: { kind: 'cut', bytes: 40 } }`.

import type { RecordedRequest } from './recorded-request.ts';

export type Encoding = 'identity' | 'gzip' | 'br' | 'deflate' | 'zstd';

/** A place in an answer's body: after `events` whole events (or bodies) and `bytes` more bytes on the wire. */
export interface Position {
  readonly events?: number;
  readonly bytes?: number;
}

/**
 * What goes wrong while the body is sent. `cut` destroys the socket there, `end` ends the response there as if it
 * were whole (the HTTP framing stays valid), `stall` sends nothing more and leaves the socket open.
 */
export type Fault = { readonly kind: 'cut' | 'end' | 'stall' } & Position;

/** How an answer's bytes travel. */
export interface Delivery {
  /** Added to the answer's own headers; the same name replaces. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wait before the status line. */
  readonly headerDelayMs?: number;
  /** `content-encoding` of the body; a stream is flushed after every event. */
  readonly encoding?: Encoding;
  /** Wait between two events. */
  readonly chunkDelayMs?: number;
  /** Re-cut the body into writes of this many bytes, whatever the events' borders: a trickle, or one big write. */
  readonly writeBytes?: number;
  /** Wait between two writes when `writeBytes` is given. */
  readonly writeDelayMs?: number;
  /** Default: `content-length` for JSON, `chunked` for streams. */
  readonly framing?: 'content-length' | 'chunked';
  readonly fault?: Fault;
  /** Go on with the script after the client has left, as a provider that keeps generating (and billing) does. */
  readonly ignoresAbort?: boolean;
}

/** Variations of SSE framing that providers really send. */
export interface SseStyle {
  /** `data:{…}` instead of `data: {…}`. */
  readonly noSpace?: boolean;
  /** `\r\n` line ends. */
  readonly crlf?: boolean;
  /** The last event comes without its blank line. */
  readonly lastEventUnterminated?: boolean;
  /** A comment line before the first event. */
  readonly leadingComment?: string;
}

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Token counts in neutral words; each dialect reports them its own way (`cacheRead` inside OpenAI's prompt tokens). */
export interface MockUsage {
  /** Input tokens that were neither read from nor written to the provider's cache. */
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly output?: number;
  /** Part of `output`. */
  readonly reasoning?: number;
}

/** A regular answer in the dialect of the path: JSON or, when the request says `stream: true`, SSE. */
export interface AnswerBehaviour extends Delivery {
  readonly kind: 'answer';
  readonly text?: string;
  /** Repeats the text until it has this many bytes: very large bodies. */
  readonly textBytes?: number;
  /** Number of text deltas of a stream. */
  readonly chunks?: number;
  /** Anthropic only: a thinking block with a signature before the text. */
  readonly thinking?: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly finishReason?: string;
  /** The model that the answer names; default: the one that was asked for. */
  readonly model?: string;
  /** `absent` leaves every usage field out, whatever was asked. */
  readonly usage?: MockUsage | 'absent';
  readonly serviceTier?: string;
  /** Answers 400 when the request carries `stream_options`, as some OpenAI-compatible servers do. */
  readonly rejectsStreamOptions?: boolean;
  /** OpenAI streams end each chunk with an `obfuscation` field, after `usage`. */
  readonly obfuscation?: boolean;
  readonly sse?: SseStyle;
  /** In a stream: after so many events an error event of the dialect, then the end. */
  readonly errorAfterEvents?: number;
}

/** An error object in the dialect of the path. `status: 200` is the error inside a success. */
export interface ErrorBehaviour extends Delivery {
  readonly kind: 'error';
  readonly status: number;
  readonly message?: string;
  readonly type?: string;
  readonly code?: string;
  readonly retryAfterSeconds?: number;
}

/** Any status, headers and body: HTML, broken JSON, recorded provider bytes. An array is sent write by write. */
export interface RawBehaviour extends Delivery {
  readonly kind: 'raw';
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string | Buffer | readonly (string | Buffer)[];
}

/** Reads the request and sends nothing (`after: 'request'`), or the headers and then nothing (`after: 'headers'`). */
export interface SilenceBehaviour {
  readonly kind: 'silence';
  readonly after: 'request' | 'headers';
}

/** Destroys the socket without an answer. */
export interface ResetBehaviour {
  readonly kind: 'reset';
}

export type Behaviour =
  | AnswerBehaviour
  | ErrorBehaviour
  | RawBehaviour
  | SilenceBehaviour
  | ResetBehaviour;

/** A behaviour, or a function that chooses one; `undefined` leaves the choice to the next rule. */
export type Step = Behaviour | ((request: RecordedRequest) => Behaviour | undefined);
