// What the mock provider saw and sent, byte for byte.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/**
 * How an exchange stands: `receiving` the request, `waiting` before the headers, `open` while the body is sent,
 * `finished`, `aborted` by the client, or `cut` by the script.
 */
export type ExchangeState = 'receiving' | 'waiting' | 'open' | 'finished' | 'aborted' | 'cut';

export interface RecordedResponse {
  /** 0 until the headers are sent. */
  status: number;
  /** Name, value, name, value: as written, without what node adds (`date`, `connection`). */
  rawHeaders: string[];
  /** Every body write, as on the wire (content-encoding applied, transfer framing not). */
  readonly chunks: Buffer[];
}

/** One request as received, and what was answered. */
export interface RecordedRequest {
  /** 0 for the first request of this mock. */
  readonly index: number;
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly path: string;
  readonly httpVersion: string;
  /** Name, value, name, value: order and case as received. */
  readonly rawHeaders: readonly string[];
  /** The body's bytes as received (transfer framing removed, content-encoding kept). */
  readonly body: Buffer;
  /** Identifies the connection: requests with the same number shared a socket. */
  readonly connection: number;
  readonly receivedAtMs: number;
  /** When the client left before the answer's end, by `performance.now()`. */
  readonly abortedAtMs: number | undefined;
  readonly state: ExchangeState;
  readonly response: RecordedResponse;
  /** First value of a header, any case. */
  header(name: string): string | undefined;
  /** The body, decoded and parsed; `undefined` when it is not a JSON object. */
  json(): Record<string, unknown> | undefined;
  /** The answer's body so far, as on the wire. */
  responseBody(): Buffer;
  /** Settles when the exchange is over, whichever way. */
  readonly ended: Promise<ExchangeState>;
}

/** The mock's own view of an exchange: the same object, writable. */
export interface Exchange extends RecordedRequest {
  body: Buffer;
  state: ExchangeState;
  abortedAtMs: number | undefined;
  settle(state: ExchangeState): void;
}

/** Begins the record of a request; the body is filled in as it arrives. */
export function recordRequest(
  message: IncomingMessage,
  numbers: { index: number; connection: number },
): Exchange {
  const { promise, resolve } = Promise.withResolvers<ExchangeState>();
  const exchange: Exchange = {
    index: numbers.index,
    connection: numbers.connection,
    method: message.method ?? '',
    path: message.url ?? '',
    httpVersion: message.httpVersion,
    rawHeaders: [...message.rawHeaders],
    body: Buffer.alloc(0),
    receivedAtMs: performance.now(),
    abortedAtMs: undefined,
    state: 'receiving',
    response: { status: 0, rawHeaders: [], chunks: [] },
    ended: promise,
    header: (name) => firstHeader(exchange.rawHeaders, name),
    json: () => parseBody(exchange),
    responseBody: () => Buffer.concat(exchange.response.chunks),
    settle: (state) => {
      if (isOver(exchange.state)) return;
      exchange.state = state;
      if (isOver(state)) resolve(state);
    },
  };
  return exchange;
}

/** Follows the client's leaving: a response that closes before it was finished was aborted. */
export function watchForAbort(
  exchange: Exchange,
  response: ServerResponse,
  leave: () => void,
): void {
  response.once('close', () => {
    if (!response.writableFinished && !isOver(exchange.state)) {
      exchange.abortedAtMs = performance.now();
      exchange.settle('aborted');
    }
    leave();
  });
}

/** Whether nothing more will be sent. */
export function isOver(state: ExchangeState): boolean {
  return state === 'finished' || state === 'aborted' || state === 'cut';
}

function firstHeader(rawHeaders: readonly string[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === wanted) return rawHeaders[index + 1];
  }
  return undefined;
}

function parseBody(exchange: Exchange): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(decodeBody(exchange).toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function decodeBody(exchange: Exchange): Buffer {
  switch (exchange.header('content-encoding')) {
    case 'gzip':
      return gunzipSync(exchange.body);
    case 'br':
      return brotliDecompressSync(exchange.body);
    case 'deflate':
      return inflateSync(exchange.body);
    case 'zstd':
      return zstdDecompressSync(exchange.body);
    default:
      return exchange.body;
  }
}

/** Whether a parsed JSON value is an object and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
