import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { headerValue } from '../../domain/headers.ts';
import type { UpstreamRequest } from '../../domain/upstream.ts';

export interface JsonObject {
  readonly [key: string]: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The demo's own refusal in a provider's place, which becomes an answer like any other's and never a
 * failure of RelayCore. `param` names the member at fault.
 */
export class DemoRefusal extends Error {
  override readonly name = 'DemoRefusal';
  readonly param: string | null;
  readonly status: number;

  constructor(message: string, param: string | null = null, status = 400) {
    super(message);
    this.param = param;
    this.status = status;
  }
}

/** Throws `DemoRefusal` where the body is not one JSON object. */
export function readRequestBody(request: UpstreamRequest): JsonObject {
  const encoding = headerValue(request.headers, 'content-encoding') ?? 'identity';
  try {
    const body = decompress(request.body ?? Buffer.alloc(0), encoding.toLowerCase());
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    throw new DemoRefusal('We could not parse the JSON body of your request.');
  }
  throw new DemoRefusal('The JSON body of your request must be an object.');
}

function decompress(body: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body);
    case 'deflate':
      return inflateSync(body);
    case 'br':
      return brotliDecompressSync(body);
    default:
      return body;
  }
}

/** Throws `DemoRefusal` where the member is there and no whole number from 1. */
export function readLimit(body: JsonObject, name: string): number | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new DemoRefusal(`Invalid '${name}': expected a whole number from 1.`, name);
}

/** Throws `DemoRefusal` where the member is there and not a boolean. */
export function readFlag(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw new DemoRefusal(`Invalid '${name}': expected a boolean.`, name);
}

/** Throws `DemoRefusal` where there are no messages or one is none. */
export function readMessages(body: JsonObject): readonly JsonObject[] {
  const messages = body['messages'];
  if (messages === undefined) {
    throw new DemoRefusal("Missing required parameter: 'messages'.", 'messages');
  }
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new DemoRefusal("Invalid 'messages': expected a list that is not empty.", 'messages');
  }
  return messages.map((message: unknown, index) => {
    if (isObject(message) && typeof message['role'] === 'string') return message;
    const param = `messages.${index}`;
    throw new DemoRefusal(`Invalid '${param}': expected an object with a role.`, param);
  });
}

/** The text of a message's content, whether one string or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) =>
      isObject(part) && typeof part['text'] === 'string' ? part['text'] : '',
    )
    .filter((text) => text !== '')
    .join(' ');
}
