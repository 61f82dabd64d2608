// Decompression of what passes compressed, for readers only: the bytes themselves are never touched.
import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';

/** `deflate` is the zlib format by the standard; some servers send raw deflate, which is not read. */
const decoders: Readonly<Record<string, (() => Transform) | undefined>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  // Node before 22.15 has no zstd: such answers pass through unread.
  ...(typeof zlib.createZstdDecompress === 'function'
    ? { zstd: () => zlib.createZstdDecompress() }
    : {}),
};

export function isIdentity(encoding: string | null): boolean {
  return encoding === null || encoding === '' || encoding === 'identity';
}

/** Null where this encoding (or a list of several) cannot be read here. */
export function createDecoder(encoding: string): Transform | null {
  return decoders[encoding.trim().toLowerCase()]?.() ?? null;
}

export class DecodedTooLargeError extends Error {
  override readonly name = 'DecodedTooLargeError';
}

export class NoRoomToDecodeError extends Error {
  override readonly name = 'NoRoomToDecodeError';
}

export interface DecodeBounds {
  readonly maxBytes: number;
  /** Asked for each piece as it comes; false: there is no room for so many bytes more. */
  readonly tryTake?: (bytes: number) => boolean;
}

/**
 * The whole of a compressed body, off the main thread. Stops as soon as the result is over
 * `maxBytes` (`DecodedTooLargeError`) or there is no room for it (`NoRoomToDecodeError`), so that a
 * zip bomb costs no more than that; rejects with zlib's error for broken input and `RangeError` for
 * an unknown encoding.
 */
export function decodeWhole(
  body: Buffer,
  encoding: string,
  { maxBytes, tryTake }: DecodeBounds,
): Promise<Buffer> {
  const decoder = createDecoder(encoding);
  if (decoder === null) return Promise.reject(new RangeError(`unknown encoding ${encoding}`));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    decoder.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) decoder.destroy(new DecodedTooLargeError('decoded body is too large'));
      else if (tryTake?.(chunk.length) === false)
        decoder.destroy(new NoRoomToDecodeError('no room'));
      else chunks.push(chunk);
    });
    decoder.on('end', () => resolve(Buffer.concat(chunks, bytes)));
    decoder.on('error', (error) => {
      // What there was so far must not wait for the decoder to be collected.
      chunks.length = 0;
      reject(error);
    });
    decoder.end(body);
  });
}
