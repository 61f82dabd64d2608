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
  readonly headers: Headers;
}

/** Rejects where the connection breaks before the end of the answer. Default method: POST. */
export function exchangeBytes(url: string, request: ByteRequest): Promise<ByteAnswer> {
  const { host } = new URL(url);
  const isChunked = headersOf(request.headers).get('transfer-encoding') === 'chunked';
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
        resolve({
          status,
          rawHeaders,
          headers: headersOf(rawHeaders),
          body: Buffer.concat(chunks),
        });
      });
    });
    sent.on('error', reject);
    sent.end(request.body);
  });
}

function headersOf(rawHeaders: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  return headers;
}
