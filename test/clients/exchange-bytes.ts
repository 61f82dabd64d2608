// One request over node:http, which neither decompresses nor renames: headers in the order and case in which
// they are given, and the answer as it stands on the wire.
import { request as httpRequest } from 'node:http';

export interface ByteRequest {
  readonly method?: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly body?: Buffer;
}

export interface ByteAnswer {
  readonly status: number;
  /** Name, value, name, value: as received. */
  readonly rawHeaders: readonly string[];
  /** Transfer framing removed, content-encoding kept. */
  readonly body: Buffer;
  header(name: string): string | undefined;
}

/** Rejects where the connection breaks before the end of the answer. Default method: POST. */
export function exchangeBytes(url: string, request: ByteRequest): Promise<ByteAnswer> {
  const { host } = new URL(url);
  const isChunked = firstOf(request.headers, 'transfer-encoding') === 'chunked';
  const hasLength = request.body !== undefined && !isChunked;
  const length = hasLength ? ['content-length', String(request.body.length)] : [];
  const headers = ['host', host, ...request.headers, ...length];
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method: request.method ?? 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, rawHeaders } = response;
        const header = (name: string): string | undefined => firstOf(rawHeaders, name);
        resolve({ status, rawHeaders, body: Buffer.concat(chunks), header });
      });
    });
    sent.on('error', reject);
    sent.end(request.body);
  });
}

function firstOf(rawHeaders: readonly string[], name: string): string | undefined {
  const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name);
  return at === -1 ? undefined : rawHeaders[at + 1];
}
