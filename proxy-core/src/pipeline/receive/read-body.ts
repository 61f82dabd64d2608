// The body, whole and bounded: over the limit is refused as soon as it is known, before and after
// decompression, and what is held counts against the bytes in flight.
import type { IncomingMessage } from 'node:http';
import { RelayError } from '../../domain/relay-error.ts';
import type { ByteBudget } from '../../platform/byte-budget.ts';
import {
  decodeWhole,
  DecodedTooLargeError,
  NoRoomToDecodeError,
  isIdentity,
} from '../../platform/compression/decode.ts';

export interface ReadBody {
  readonly rawBody: Buffer | null;
  readonly body: Buffer | null;
}

export interface BodyBounds {
  readonly limitBytes: number;
  readonly budget: ByteBudget;
  /** Told of bytes taken from the budget, which the caller gives back at the end. */
  onTaken(bytes: number): void;
}

const empty: ReadBody = { rawBody: null, body: null };

/** Throws `body_too_large`, `queue_full` or `bad_request`. */
export function readBody(
  request: IncomingMessage,
  bounds: BodyBounds,
): ReadBody | Promise<ReadBody> {
  const declared = request.headers['content-length'];
  if (
    declared === '0' ||
    (declared === undefined && request.headers['transfer-encoding'] === undefined)
  ) {
    return empty;
  }
  if (declared !== undefined && Number(declared) > bounds.limitBytes) throw tooLarge(bounds);
  const encoding = request.headers['content-encoding'] ?? null;
  const collected = collect(request, bounds);
  return isIdentity(encoding) ? collected : decoded(collected, encoding ?? '', bounds);
}

async function decoded(
  collected: Promise<ReadBody>,
  encoding: string,
  bounds: BodyBounds,
): Promise<ReadBody> {
  const { rawBody } = await collected;
  if (rawBody === null) return empty;
  return { rawBody, body: await decode(rawBody, encoding, bounds) };
}

function collect(request: IncomingMessage, bounds: BodyBounds): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const fail = (error: RelayError): void => {
      // The rest is let through unread, so that the client gets to read the refusal; what was read
      // is given back, and must not be held until then.
      request.removeAllListeners('data').resume();
      chunks.length = 0;
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bounds.limitBytes) return fail(tooLarge(bounds));
      if (!tryTake(bounds, chunk.length)) return fail(inFlightFull());
      chunks.push(chunk);
    });
    request.on('end', () => {
      const [first] = chunks;
      const body = chunks.length === 1 && first ? first : Buffer.concat(chunks, bytes);
      resolve(bytes === 0 ? empty : { rawBody: body, body });
    });
    request.on('error', (error) => reject(clientGone(error)));
    request.on('close', () => {
      // Every request closes; only one that is not whole is a failure, and errors are costly to make.
      if (!request.complete) reject(clientGone(null));
    });
  });
}

async function decode(rawBody: Buffer, encoding: string, bounds: BodyBounds): Promise<Buffer> {
  try {
    return await decodeWhole(rawBody, encoding, {
      maxBytes: bounds.limitBytes,
      tryTake: (bytes) => tryTake(bounds, bytes),
    });
  } catch (error) {
    if (error instanceof DecodedTooLargeError) throw tooLarge(bounds);
    if (error instanceof NoRoomToDecodeError) throw inFlightFull();
    throw new RelayError(
      'bad_request',
      error instanceof RangeError
        ? 'The content-encoding of the request is not supported. Send gzip, deflate, br, or no encoding.'
        : 'The body is not valid for its content-encoding.',
      { cause: error },
    );
  }
}

function tryTake({ budget, onTaken }: BodyBounds, bytes: number): boolean {
  if (!budget.tryTake(bytes)) return false;
  onTaken(bytes);
  return true;
}

function tooLarge(bounds: BodyBounds): RelayError {
  const megabytes = Math.round(bounds.limitBytes / (1024 * 1024));
  return new RelayError(
    'body_too_large',
    `The request body is larger than ${megabytes} MB, counted after decompression. Raise server.bodyLimitMb, or send less.`,
  );
}

function inFlightFull(): RelayError {
  return new RelayError('queue_full', 'Too many bytes are in flight. Try again shortly.', {
    retryAfterSeconds: 1,
  });
}

function clientGone(cause: Error | null): RelayError {
  return new RelayError('bad_request', 'The connection was closed before the body was whole.', {
    cause,
  });
}
