import type { ChatDecoder, ChatEvent, ChatReducer } from '../domain/chat-codec.ts';

/** A decoder that holds the state of a pure reducer. */
export function createChatDecoder<State>(
  initial: State,
  reduce: ChatReducer<State>,
  conclude: (state: State) => readonly ChatEvent[],
): ChatDecoder {
  let state = initial;
  return {
    read(event) {
      const [next, events] = reduce(state, event);
      state = next;
      return events;
    },
    end: () => conclude(state),
  };
}
