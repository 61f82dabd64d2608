import type { DialectId } from '../contract/names.ts';
import type { ChatCodec } from './chat-codec.ts';
import type { RelayError } from './relay-error.ts';
import type { StreamEvent } from './stream-event.ts';
import type { Usage } from './usage.ts';

/** What an endpoint does, so that stages need not know paths. */
export type Operation = 'generate' | 'embed' | 'count-tokens' | 'list-models' | 'other';

/** The few fields of a request that the stages need; everything else stays bytes. */
export interface RequestFields {
  /** As the client named it; null where the endpoint has no model. */
  readonly model: string | null;
  readonly isStream: boolean;
  /** The client itself asked for usage in the stream (OpenAI's `stream_options.include_usage`). */
  readonly asksForUsage: boolean;
  /**
   * The same request is expected to give the same answer: no tools, `temperature: 0`, one sample;
   * embeddings always.
   */
  readonly isDeterministic: boolean;
  /** The caller wants several samples or state on the provider's side: never answer from cache. */
  isUncacheable(): boolean;
}

/** Reads single top-level members of a JSON request without building the whole tree. */
export interface MemberReader {
  /** The parsed value of the member, or undefined where it is absent. */
  read(name: string): unknown;
  has(name: string): boolean;
  /** There, and neither null, false nor an empty list; without parsing a long value. */
  isGiven(name: string): boolean;
}

/** What an answer said about itself. */
export interface AnswerReading {
  /** Null where the provider reported none. */
  readonly usage: Usage | null;
  /** The model as the provider named it in the answer. */
  readonly model: string | null;
  /** The returned service tier, which decides the price. */
  readonly serviceTier: string | null;
  /** The answer is whole: terminal event seen, or a JSON body without an error in it. */
  readonly isComplete: boolean;
  /** Why generation ended, in the provider's words (`stop`, `length`, `end_turn`…). */
  readonly finishReason: string | null;
  /** The provider reported an error inside a 200. */
  readonly hasError: boolean;
  /** UTF-8 bytes of generated text seen, from which output tokens are estimated where needed. */
  readonly outputBytes: number;
}

/** Reads one answer as it passes; a pure reducer behind an object, without I/O. */
export interface AnswerReader {
  readJson(body: Buffer): void;
  readEvent(event: StreamEvent): void;
  reading(): AnswerReading;
}

/** Turns a stored answer into the other form. Null where that cannot be done without loss. */
export interface ReplayCodec {
  /** A JSON answer as the event stream that the provider would have sent. */
  toStream(body: Buffer): Buffer | null;
  /** An event stream as the JSON answer that the provider would have sent. */
  toJson(stream: Buffer): Buffer | null;
}

/** One path of a dialect. */
export interface Endpoint {
  /** Stable name for ledger and metrics, such as `chat.completions`. */
  readonly id: string;
  readonly operation: Operation;
  readonly method: string;
  /** The canonical path, such as `/v1/chat/completions`. */
  readonly path: string;
  /** `{id}` segments allowed behind the path (`/v1/models/{id}`). */
  readonly hasSubpaths?: boolean;
  readFields?(members: MemberReader): RequestFields;
  createReader?(): AnswerReader;
  readonly replay?: ReplayCodec;
}

/** The answer to a failure in the dialect's own shape. */
export interface EncodedError {
  readonly status: number;
  /** Flat name, value, name, value… */
  readonly headers: readonly string[];
  readonly body: string;
}

/** What a client speaks. */
export interface Dialect {
  readonly id: DialectId;
  readonly endpoints: readonly Endpoint[];
  /** The endpoint for paths of the provider that RelayCore does not know: passed through, unmetered. */
  readonly other: Endpoint;
  /** Model calls of RelayCore's own, such as an IDE's chat makes over the bridge. */
  readonly chat: ChatCodec;
  encodeError(error: RelayError, requestId: string): EncodedError;
  /** One keep-alive for a silent stream, legal between two events. */
  readonly ping: string;
}
