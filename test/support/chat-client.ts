// A client that asks for chat completions, without an SDK in between.
import { aChatRequest, type JsonBody } from './builders.ts';

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Default: OpenAI's chat completions. */
  readonly path?: string;
}

/** Posts `aChatRequest(body)`, or bytes as they are. */
export type ChatClient = (body?: JsonBody | Buffer, options?: AskOptions) => Promise<Response>;

export function createChatClient({ url }: { readonly url: string }, token: string): ChatClient {
  return (body = {}, options = {}) => {
    const { headers, signal, path = '/v1/chat/completions' } = options;
    return fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(aChatRequest(body)),
      ...(signal === undefined ? {} : { signal }),
    });
  };
}
