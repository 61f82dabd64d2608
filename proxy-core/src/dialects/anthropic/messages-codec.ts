import type { ChatCodec } from '../../domain/chat-codec.ts';
import { createMessageDecoder } from './decode-messages.ts';
import { encodeMessages } from './encode-messages.ts';

/** Neutral model calls as Anthropic's messages. */
export const messagesCodec: ChatCodec = {
  path: '/v1/messages',
  headers: ['anthropic-version', '2023-06-01'],
  encode: encodeMessages,
  createDecoder: createMessageDecoder,
};
