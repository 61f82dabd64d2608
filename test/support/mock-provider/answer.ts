// What the dialects' answers have in common: the request as the mock understands it, the text, the tokens.

import type { AnswerBehaviour, MockUsage } from './behaviour.ts';
import { isObject, type RecordedRequest } from './recorded-request.ts';

/** The few things about a request that an answer depends on. */
export interface Ask {
  readonly index: number;
  readonly model: string;
  readonly isStream: boolean;
  readonly includesUsage: boolean;
  readonly hasStreamOptions: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Status, headers and body before compression; one chunk an event. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly Buffer[];
  readonly isStream: boolean;
}

/** Not ASCII only, so that a careless decoder shows. */
const defaultText = 'Grüße from the mock provider: 你好, 👋🏽 and goodbye.';

const defaultUsage = {
  input: 12,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 9,
  reasoning: 0,
};

/** Reads what the answer depends on out of a recorded request. */
export function askOf(request: RecordedRequest): Ask {
  const body = request.json() ?? {};
  const options = body['stream_options'];
  return {
    index: request.index,
    model: typeof body['model'] === 'string' ? body['model'] : 'mock-model',
    isStream: body['stream'] === true,
    includesUsage: isObject(options) && options['include_usage'] === true,
    hasStreamOptions: options !== undefined,
    body,
  };
}

export function answerText(behaviour: AnswerBehaviour): string {
  const text = behaviour.text ?? defaultText;
  if (behaviour.textBytes === undefined) return text;
  const bytes = Math.max(1, Buffer.byteLength(text));
  return text.repeat(Math.ceil(behaviour.textBytes / bytes));
}

/** Every count filled in, or `undefined` where the answer reports none. */
export function usageOf(behaviour: AnswerBehaviour): Required<MockUsage> | undefined {
  if (behaviour.usage === 'absent') return undefined;
  return { ...defaultUsage, ...behaviour.usage };
}

export function jsonAnswer(
  value: unknown,
  options: { status?: number; headers?: Record<string, string> } = {},
): Answer {
  return {
    status: options.status ?? 200,
    headers: { 'content-type': 'application/json', ...options.headers },
    chunks: [Buffer.from(JSON.stringify(value), 'utf8')],
    isStream: false,
  };
}

export function streamAnswer(chunks: readonly Buffer[], headers: Record<string, string>): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      ...headers,
    },
    chunks,
    isStream: true,
  };
}
