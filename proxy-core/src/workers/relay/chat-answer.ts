// The answer of a provider to a chat, read as events: whatever form it has, streamed or whole,
// compressed or not.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { ChatEvent } from '../../domain/chat-codec.ts';
import type { Dialect } from '../../domain/dialect.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { createDecoder, isIdentity } from '../../platform/compression/decode.ts';
import { redactText } from '../../platform/redact/redact-text.ts';
import { createSseSplitter } from '../../platform/sse/sse-splitter.ts';

/** A whole answer of a model is far below. */
const maxWholeBytes = 32 * 1024 * 1024;
const maxRefusalBytes = 64 * 1024;
const maxWordsOfProvider = 600;

/**
 * The events of an answer with a success status; the last one is `end` or `fault`. A broken
 * connection is a `fault` too. Whoever stops reading holds the provider back.
 */
export async function* readChatEvents(
  response: IncomingMessage,
  dialect: Dialect,
): AsyncGenerator<ChatEvent> {
  const decoder = dialect.chat.createDecoder();
  const splitter = createSseSplitter();
  try {
    for await (const chunk of streamOf(response, dialect)) {
      for (const event of splitter.push(chunk)) yield* decoder.read(event);
    }
    for (const event of splitter.end()) yield* decoder.read(event);
  } catch (error) {
    if (error instanceof RelayError) throw error;
    // Cut: the decoder knows whether the end had come by then.
  }
  yield* decoder.end();
}

async function* streamOf(response: IncomingMessage, dialect: Dialect): AsyncGenerator<Buffer> {
  const isStream = response.headers['content-type']?.includes('event-stream') ?? false;
  const plain = uncompressed(response);
  if (isStream) {
    for await (const chunk of chunksOf(plain)) yield chunk;
    return;
  }
  const body = await collect(plain, maxWholeBytes);
  const endpoint = dialect.endpoints.find(({ path }) => path === dialect.chat.path);
  const stream = endpoint?.replay?.toStream(body) ?? null;
  if (stream === null) {
    throw new RelayError(
      'upstream_invalid',
      'The provider answered with something that is no chat.',
    );
  }
  yield stream;
}

function uncompressed(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding'] ?? null;
  if (isIdentity(encoding)) return response;
  const decoder = createDecoder(encoding ?? '');
  if (decoder === null) {
    throw new RelayError(
      'upstream_invalid',
      'The provider’s answer is compressed in an unknown way.',
    );
  }
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}

async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk;
}

async function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(stream)) {
    bytes += chunk.length;
    if (bytes > maxBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The provider's own refusal or failure, in its words, as an error that says what to do. */
export async function providerError(
  response: IncomingMessage,
  provider: string,
): Promise<RelayError> {
  const status = response.statusCode ?? 0;
  const words = await wordsOf(response);
  const said = words === '' ? '' : ` It says: ${words}`;
  const name = JSON.stringify(provider);
  if (status === 401 || status === 403) {
    const message = `Provider ${name} does not accept its key (${status}). Give RelayCore a valid one.${said}`;
    return new RelayError('provider_refused', message);
  }
  if (status === 429) {
    const seconds = Number(response.headers['retry-after']);
    const message = `Provider ${name} limits how much may be asked (429). Wait and ask again.${said}`;
    const isKnown = Number.isFinite(seconds) && seconds > 0;
    return new RelayError('rate_limited', message, isKnown ? { retryAfterSeconds: seconds } : {});
  }
  if (status === 408 || status >= 500) {
    const message = `Provider ${name} failed (${status}). Ask again.${said}`;
    return new RelayError('provider_failed', message);
  }
  const message = `Provider ${name} refused the request (${status}).${said}`;
  return new RelayError('provider_refused', message);
}

async function wordsOf(response: IncomingMessage): Promise<string> {
  try {
    const body = await collect(uncompressed(response), maxRefusalBytes);
    return redactText(messageIn(body.toString('utf8'))).slice(0, maxWordsOfProvider);
  } catch {
    return '';
  }
}

/** `{error: {message}}` by both dialects; other servers say `{message}`, `{detail}` or plain text. */
function messageIn(text: string): string {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return text.trim();
  }
  for (const name of ['error', 'message', 'detail']) {
    if (typeof found !== 'object' || found === null) break;
    const inner: unknown = Reflect.get(found, name);
    if (inner !== undefined && inner !== null) found = inner;
  }
  return typeof found === 'string' ? found : '';
}
