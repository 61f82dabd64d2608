// Requests that no HTTP client would send, byte by byte.
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 where the server closed without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** How long the server kept the connection, milliseconds. */
  readonly milliseconds: number;
}

/** Sends the bytes, then waits until the server closes, or until `timeoutMs`. */
export function sendRaw(
  url: string,
  bytes: string | Buffer | readonly (string | Buffer)[],
  timeoutMs = 10_000,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    const pieces = typeof bytes === 'string' || Buffer.isBuffer(bytes) ? [bytes] : bytes;
    for (const piece of pieces) socket.write(piece);
    socket.on('data', (chunk) => chunks.push(chunk));
    // The server may reset a connection whose rest it does not want: what it answered still counts.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0);
      const milliseconds = performance.now() - startedAt;
      resolve({ status, head, body: rest.join('\r\n\r\n'), milliseconds });
    });
  });
}
