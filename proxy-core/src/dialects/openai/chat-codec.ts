import type { ChatCodec } from '../../domain/chat-codec.ts';
import { createChatCompletionDecoder } from './decode-chat.ts';
import { encodeChat } from './encode-chat.ts';

/** Neutral model calls as chat completions. */
export const chatCompletionCodec: ChatCodec = {
  path: '/v1/chat/completions',
  headers: [],
  encode: encodeChat,
  createDecoder: createChatCompletionDecoder,
};
