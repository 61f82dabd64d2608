import { Agent, request } from 'node:http';
import { RelayError } from '../domain/relay-error.ts';

const maxAnswerBytes = 64 * 1024 * 1024;

export interface LoopbackRequest {
  /** Base of the core, such as `http://127.0.0.1:7352`. */
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly timeoutMs: number;
}

export interface LoopbackAnswer {
  readonly status: number;
  /** The parsed JSON, or undefined where it is none. */
  readonly body: unknown;
}

/**
 * One request to a core on this machine. Not by `fetch`, nor over the global agent: both may be told
 * by the environment to use a proxy, which would then be handed the control token. RelayError
 * `upstream_unreachable` where nobody answers, `upstream_timeout` where it takes too long.
 */
export function requestLoopback(options: LoopbackRequest): Promise<LoopbackAnswer> {
  const { method, path, timeoutMs } = options;
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  const agent = new Agent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, options.url), {
      agent,
      method,
      headers: headersOf(options.token, body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    outgoing.once('error', (cause) => reject(failure(options.url, cause)));
    outgoing.once('response', (incoming) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > maxAnswerBytes) outgoing.destroy(new Error('the answer is too large'));
        else parts.push(part);
      });
      incoming.once('error', (cause) => reject(failure(options.url, cause)));
      incoming.once('end', () =>
        resolve({ status: incoming.statusCode ?? 0, body: parse(Buffer.concat(parts)) }),
      );
    });
    outgoing.end(body ?? undefined);
  });
}

function headersOf(token: string | undefined, body: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === null
      ? {}
      : {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        }),
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function failure(url: string, cause: Error): RelayError {
  const isTimeout = cause.name === 'TimeoutError' || cause.name === 'AbortError';
  return isTimeout
    ? new RelayError('upstream_timeout', `${url} does not answer in time.`, { cause })
    : new RelayError('upstream_unreachable', `Nothing answers at ${url}.`, { cause });
}
