// `chat.models`, `chat.stream` and `chat.cancel` of the bridge: neutral model calls through the whole
// pipeline.
import type { BridgeHandlers } from '../../contract/bridge/handlers.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { callChat, type ChatCallDependencies } from './bridge-chat-call.ts';
import { listChatModels } from './bridge-chat-models.ts';

export type BridgeChat = Pick<BridgeHandlers, 'chat.models' | 'chat.stream' | 'chat.cancel'>;

export function createBridgeChat(dependencies: ChatCallDependencies): BridgeChat {
  /** By connection and the name that the client gave to its call. */
  const running = new Map<string, AbortController>();
  return {
    'chat.models': () => listChatModels(dependencies),
    async 'chat.stream'(params, caller) {
      const name = `${caller.id}/${params.streamId}`;
      if (running.has(name)) {
        throw new RelayError('conflict', 'A call with this streamId runs already; choose another.');
      }
      const cancelling = new AbortController();
      running.set(name, cancelling);
      // Not `AbortSignal.any`: what that makes stays tied to the connection as long as it lives.
      const cancel = (): void => cancelling.abort();
      caller.signal.addEventListener('abort', cancel);
      if (caller.signal.aborted) cancel();
      try {
        return await callChat(dependencies, params, { caller, signal: cancelling.signal });
      } finally {
        caller.signal.removeEventListener('abort', cancel);
        running.delete(name);
      }
    },
    'chat.cancel'({ streamId }, caller) {
      const cancelling = running.get(`${caller.id}/${streamId}`);
      cancelling?.abort();
      return { cancelled: cancelling !== undefined };
    },
  };
}
