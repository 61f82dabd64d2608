import type { ChatEndReason, ChatPartEvent, ChatRequest } from '../contract/bridge/chat.ts';
import type { StreamEvent } from './stream-event.ts';
import type { FlatHeaders } from './upstream.ts';
import type { Usage } from './usage.ts';

/** What an answer says, whatever dialect it is in. Parts come in order; `end` or `fault` comes last. */
export type ChatEvent =
  | ChatPartEvent
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'end'; readonly reason: ChatEndReason }
  /** The provider reported an error inside the answer, or broke it off. `message` is for people. */
  | { readonly type: 'fault'; readonly message: string };

/** A reducer: what the event changes, and what it says. */
export type ChatReducer<State> = (
  state: State,
  event: StreamEvent,
) => readonly [State, readonly ChatEvent[]];

/** Reads one streamed answer. */
export interface ChatDecoder {
  read(event: StreamEvent): readonly ChatEvent[];
  /** The stream is over: what was held back, and how it ended. */
  end(): readonly ChatEvent[];
}

/** What a dialect needs to know of the model. */
export interface ChatLimits {
  readonly maxOutputTokens: number;
}

/** A neutral model call in a dialect, and the streamed answer back. */
export interface ChatCodec {
  /** The canonical path. */
  readonly path: string;
  /** Headers that the dialect demands beside the credential. */
  readonly headers: FlatHeaders;
  /** The body, which asks for a stream. */
  encode(request: ChatRequest, limits: ChatLimits): object;
  createDecoder(): ChatDecoder;
}
