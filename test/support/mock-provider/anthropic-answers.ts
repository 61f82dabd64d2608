// Anthropic's answers: messages, count_tokens, models, errors. Field and event order as the provider sends them.

import type { AnswerBehaviour, ErrorBehaviour, MockUsage } from './behaviour.ts';
import { answerText, jsonAnswer, streamAnswer, usageOf, type Answer, type Ask } from './answer.ts';
import { formatEvents, splitText, type SseEvent } from './sse.ts';

/** The ids that the mock lists under `/v1/models` when `anthropic-version` is sent. */
const anthropicModels: readonly string[] = ['claude-sonnet-4-6', 'claude-haiku-4-5'];

type Json = Record<string, unknown>;

export function messagesAnswer(ask: Ask, behaviour: AnswerBehaviour): Answer {
  const headers = anthropicHeaders(ask);
  if (!ask.isStream) return jsonAnswer(message(ask, behaviour), { headers });
  return streamAnswer(formatEvents(streamEvents(ask, behaviour), behaviour.sse), headers);
}

/** A quarter of the body's characters: a plausible number that a test can foretell. */
export function countTokensAnswer(ask: Ask): Answer {
  const tokens = Math.ceil(JSON.stringify(ask.body).length / 4);
  return jsonAnswer({ input_tokens: tokens }, { headers: anthropicHeaders(ask) });
}

export function anthropicModelsAnswer(id?: string): Answer {
  const describe = (model: string): Json => ({
    type: 'model',
    id: model,
    display_name: `Mock ${model}`,
    created_at: '2026-01-01T00:00:00Z',
  });
  if (id === undefined) {
    return jsonAnswer({
      data: anthropicModels.map(describe),
      has_more: false,
      first_id: anthropicModels[0],
      last_id: anthropicModels.at(-1),
    });
  }
  if (anthropicModels.includes(id)) return jsonAnswer(describe(id));
  return anthropicError({ kind: 'error', status: 404, message: `model: ${id}` });
}

export function anthropicError(behaviour: ErrorBehaviour): Answer {
  const type = behaviour.type ?? errorTypes[behaviour.status] ?? 'api_error';
  const text = behaviour.message ?? `The mock provider was told to answer ${behaviour.status}.`;
  const headers = {
    'request-id': 'req_mock_error',
    ...(behaviour.retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(behaviour.retryAfterSeconds) }),
  };
  const body = { type: 'error', error: { type, message: text }, request_id: 'req_mock_error' };
  return jsonAnswer(body, { status: behaviour.status, headers });
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

function anthropicHeaders(ask: Ask): Record<string, string> {
  return {
    'request-id': `req_mock_${ask.index}`,
    'anthropic-organization-id': 'mock-organization',
    'anthropic-ratelimit-requests-remaining': '9999',
  };
}

function message(ask: Ask, behaviour: AnswerBehaviour): Json {
  const usage = usageOf(behaviour);
  return {
    model: behaviour.model ?? ask.model,
    id: `msg_mock_${ask.index}`,
    type: 'message',
    role: 'assistant',
    content: blocksOf(behaviour).map((block) => block.whole),
    stop_reason: stopReason(behaviour),
    stop_sequence: null,
    ...(usage === undefined ? {} : { usage: usageObject(usage, behaviour) }),
  };
}

function streamEvents(ask: Ask, behaviour: AnswerBehaviour): SseEvent[] {
  const usage = usageOf(behaviour);
  const started = {
    ...message(ask, behaviour),
    content: [],
    stop_reason: null,
    ...(usage === undefined
      ? {}
      : { usage: { ...usageObject(usage, behaviour), output_tokens: 1 } }),
  };
  const events: Json[] = [
    { type: 'message_start', message: started },
    ...blocksOf(behaviour).flatMap((block, index) => [
      { type: 'content_block_start', index, content_block: block.start },
      ...(index === 0 ? [{ type: 'ping' }] : []),
      ...block.deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(behaviour), stop_sequence: null },
      ...(usage === undefined ? {} : { usage: deltaUsage(usage) }),
    },
    { type: 'message_stop' },
  ];
  if (behaviour.errorAfterEvents !== undefined) {
    events.splice(behaviour.errorAfterEvents, Infinity, {
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
  }
  return events.map((event) => ({ event: String(event['type']), data: JSON.stringify(event) }));
}

interface Block {
  readonly whole: Json;
  readonly start: Json;
  readonly deltas: readonly Json[];
}

function blocksOf(behaviour: AnswerBehaviour): Block[] {
  const toolCalls = behaviour.toolCalls ?? [];
  const blocks: Block[] = [];
  if (behaviour.thinking !== undefined) blocks.push(thinkingBlock(behaviour.thinking));
  if (toolCalls.length === 0 || behaviour.text !== undefined) blocks.push(textBlock(behaviour));
  for (const [index, call] of toolCalls.entries()) {
    const whole = {
      type: 'tool_use',
      id: `toolu_mock_${index}`,
      name: call.name,
      input: call.input,
    };
    const deltas = ['', ...splitText(JSON.stringify(call.input), 3)].map((piece) => ({
      type: 'input_json_delta',
      partial_json: piece,
    }));
    blocks.push({ whole, start: { ...whole, input: {} }, deltas });
  }
  return blocks;
}

function textBlock(behaviour: AnswerBehaviour): Block {
  const text = answerText(behaviour);
  return {
    whole: { type: 'text', text },
    start: { type: 'text', text: '' },
    deltas: splitText(text, behaviour.chunks ?? 5).map((piece) => ({
      type: 'text_delta',
      text: piece,
    })),
  };
}

function thinkingBlock(thinking: string): Block {
  const signature = Buffer.from(`signature of ${thinking}`).toString('base64');
  return {
    whole: { type: 'thinking', thinking, signature },
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...splitText(thinking, 2).map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature },
    ],
  };
}

function stopReason(behaviour: AnswerBehaviour): string {
  return (
    behaviour.finishReason ?? ((behaviour.toolCalls?.length ?? 0) > 0 ? 'tool_use' : 'end_turn')
  );
}

/** Anthropic's three input counts are disjoint; the split of cache writes comes in `message_start` only. */
function usageObject(usage: Required<MockUsage>, behaviour: AnswerBehaviour): Json {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    output_tokens: usage.output,
    service_tier: behaviour.serviceTier ?? 'standard',
  };
}

/** Cumulative: it overwrites what `message_start` said. */
function deltaUsage(usage: Required<MockUsage>): Json {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: usage.output,
  };
}
