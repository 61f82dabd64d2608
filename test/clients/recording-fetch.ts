// The fetch of an SDK, with everything that the SDK hands to it written down.

export interface SentRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Those that the SDK sets; fetch adds its own behind it. */
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface RecordingFetch {
  readonly fetch: typeof fetch;
  /** In order, retries included. */
  readonly sent: SentRequest[];
  /** The newest; throws when there was none. */
  last(): SentRequest;
}

/** Text and byte bodies only: what the SDKs send as JSON. */
export function createRecordingFetch(): RecordingFetch {
  const sent: SentRequest[] = [];
  return {
    fetch: (input, init) => {
      const { method = 'GET', headers, body } = init ?? {};
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      sent.push({
        method: method.toUpperCase(),
        path: pathname + search,
        headers: new Headers(headers),
        body: bytesOf(body),
      });
      return fetch(input, init);
    },
    sent,
    last: () => {
      const newest = sent.at(-1);
      if (newest === undefined) throw new Error('The SDK sent nothing.');
      return newest;
    },
  };
}

function bytesOf(body: RequestInit['body']): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Error('This body is not recorded.');
}
