// Content encodings of the mock's answers.

import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import type { Encoding } from './behaviour.ts';

/** Whether this Node can compress so; zstd came with Node 22.15. */
export function isEncodingAvailable(encoding: Encoding): boolean {
  return encoding !== 'zstd' || 'createZstdCompress' in zlib;
}

/**
 * Compresses a body of several chunks as one stream, flushed after each chunk, so that every returned buffer can be
 * decoded as soon as it arrives. The last buffer also holds the stream's end.
 */
export async function encodeChunks(
  chunks: readonly Buffer[],
  encoding: Encoding,
): Promise<Buffer[]> {
  if (encoding === 'identity') return [...chunks];
  const { stream, flush } = compressor(encoding);
  let pending: Buffer[] = [];
  stream.on('data', (data: Buffer) => pending.push(data));
  const encoded: Buffer[] = [];
  for (const [index, chunk] of chunks.entries()) {
    stream.write(chunk);
    await (index === chunks.length - 1 ? ended(stream) : flush());
    encoded.push(Buffer.concat(pending));
    pending = [];
  }
  return encoded;
}

interface Compressor {
  readonly stream: Transform;
  flush(): Promise<void>;
}

function compressor(encoding: Exclude<Encoding, 'identity'>): Compressor {
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  switch (encoding) {
    case 'gzip':
      return flushable(zlib.createGzip(), Z_SYNC_FLUSH);
    case 'deflate':
      return flushable(zlib.createDeflate(), Z_SYNC_FLUSH);
    case 'br':
      return flushable(zlib.createBrotliCompress(), BROTLI_OPERATION_FLUSH);
    case 'zstd':
      return flushable(zlib.createZstdCompress(), ZSTD_e_flush);
  }
}

function flushable(
  stream: Transform & { flush(kind: number, callback: () => void): void },
  kind: number,
): Compressor {
  return { stream, flush: () => new Promise((resolve) => stream.flush(kind, resolve)) };
}

function ended(stream: Transform): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('end', resolve).once('error', reject);
    stream.end();
  });
}
