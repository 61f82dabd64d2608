// Anthropic's messages, token counting and models; every other path of Anthropic passes through.
import type { Dialect, Endpoint } from '../../domain/dialect.ts';
import { encodeAnthropicError } from './anthropic-error.ts';
import { createCountTokensReader, readCountTokensFields } from './count-tokens.ts';
import { createMessagesAnswerReader } from './messages-answer-reader.ts';
import { readMessagesFields } from './messages-fields.ts';
import { messagesCodec } from './messages-codec.ts';
import { messagesReplay } from './messages-replay.ts';

const messages: Endpoint = {
  id: 'messages',
  operation: 'generate',
  method: 'POST',
  path: '/v1/messages',
  readFields: readMessagesFields,
  createReader: createMessagesAnswerReader,
  replay: messagesReplay,
};

const countTokens: Endpoint = {
  id: 'messages.count_tokens',
  operation: 'count-tokens',
  method: 'POST',
  path: '/v1/messages/count_tokens',
  readFields: readCountTokensFields,
  createReader: createCountTokensReader,
};

const models: Endpoint = {
  id: 'models',
  operation: 'list-models',
  method: 'GET',
  path: '/v1/models',
  hasSubpaths: true,
};

export const anthropicDialect: Dialect = {
  id: 'anthropic',
  endpoints: [messages, countTokens, models],
  other: { id: 'other', operation: 'other', method: '*', path: '*' },
  chat: messagesCodec,
  encodeError: encodeAnthropicError,
  ping: 'event: ping\ndata: {"type": "ping"}\n\n',
};
