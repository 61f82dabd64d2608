// OpenAI's chat completions, embeddings and models; every other path of OpenAI passes through.
import type { Dialect, Endpoint } from '../../domain/dialect.ts';
import { createChatAnswerReader } from './chat-answer-reader.ts';
import { chatCompletionCodec } from './chat-codec.ts';
import { readChatFields } from './chat-fields.ts';
import { chatReplay } from './chat-replay.ts';
import { createEmbeddingsReader, readEmbeddingsFields } from './embeddings.ts';
import { encodeOpenaiError } from './openai-error.ts';

const chatCompletions: Endpoint = {
  id: 'chat.completions',
  operation: 'generate',
  method: 'POST',
  path: '/v1/chat/completions',
  readFields: readChatFields,
  createReader: createChatAnswerReader,
  replay: chatReplay,
};

const embeddings: Endpoint = {
  id: 'embeddings',
  operation: 'embed',
  method: 'POST',
  path: '/v1/embeddings',
  readFields: readEmbeddingsFields,
  createReader: createEmbeddingsReader,
};

const models: Endpoint = {
  id: 'models',
  operation: 'list-models',
  method: 'GET',
  path: '/v1/models',
  hasSubpaths: true,
};

export const openaiDialect: Dialect = {
  id: 'openai',
  endpoints: [chatCompletions, embeddings, models],
  other: { id: 'other', operation: 'other', method: '*', path: '*' },
  chat: chatCompletionCodec,
  encodeError: encodeOpenaiError,
  // A comment: OpenAI has no ping event, and clients parse every `data:` as a chunk.
  ping: ': keep-alive\n\n',
};
