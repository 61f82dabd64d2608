import type { IncomingMessage } from 'node:http';

/** What is read beyond the limit and thrown away, so that the sender comes to read its answer. */
const maxDiscardedBytes = 16 * 1024 * 1024;

/** The whole body; null where it is longer than `maxBytes`. Rejects when the client leaves. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else if (size > maxBytes + maxDiscardedBytes) resolve(null);
    });
    request.on('end', () => resolve(size <= maxBytes ? Buffer.concat(chunks) : null));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client left.')));
  });
}
