// OpenAI's answers: chat completions, embeddings, models, errors. Field order as the provider sends it.

import { createHash } from 'node:crypto';
import type { AnswerBehaviour, ErrorBehaviour, MockUsage } from './behaviour.ts';
import { answerText, jsonAnswer, streamAnswer, usageOf, type Answer, type Ask } from './answer.ts';
import { formatEvents, splitText } from './sse.ts';

const createdAt = 1_793_000_000;
const defaultDimensions = 8;

/** The ids that the mock lists under `/v1/models`. */
const openAiModels: readonly string[] = ['gpt-4o-mini', 'gpt-4o', 'text-embedding-3-small'];

type Json = Record<string, unknown>;

export function chatAnswer(ask: Ask, behaviour: AnswerBehaviour): Answer {
  if (behaviour.rejectsStreamOptions === true && ask.hasStreamOptions) {
    return openAiError({
      kind: 'error',
      status: 400,
      type: 'invalid_request_error',
      message: 'Unrecognized request argument supplied: stream_options',
    });
  }
  const headers = openAiHeaders(ask);
  if (!ask.isStream) return jsonAnswer(completion(ask, behaviour), { headers });
  return streamAnswer(formatEvents(streamEvents(ask, behaviour), behaviour.sse), headers);
}

export function embeddingsAnswer(ask: Ask, behaviour: AnswerBehaviour): Answer {
  const inputs = embeddingInputs(ask.body['input']);
  const asked = ask.body['dimensions'];
  const dimensions = typeof asked === 'number' ? asked : defaultDimensions;
  const isBase64 = ask.body['encoding_format'] === 'base64';
  const usage = usageOf(behaviour);
  const data = inputs.map((input, index) => {
    const vector = vectorOf(input, dimensions);
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    return {
      object: 'embedding',
      index,
      embedding: isBase64 ? bytes.toString('base64') : [...vector],
    };
  });
  const counts =
    usage === undefined ? {} : { usage: { prompt_tokens: usage.input, total_tokens: usage.input } };
  const model = behaviour.model ?? ask.model;
  return jsonAnswer({ object: 'list', data, model, ...counts }, { headers: openAiHeaders(ask) });
}

export function openAiModelsAnswer(id?: string): Answer {
  const describe = (model: string): Json => ({
    id: model,
    object: 'model',
    created: createdAt,
    owned_by: 'mock',
  });
  if (id === undefined) return jsonAnswer({ object: 'list', data: openAiModels.map(describe) });
  if (openAiModels.includes(id)) return jsonAnswer(describe(id));
  return openAiError({
    kind: 'error',
    status: 404,
    code: 'model_not_found',
    message: `The model '${id}' does not exist or you do not have access to it.`,
  });
}

export function openAiError(behaviour: ErrorBehaviour): Answer {
  const headers = {
    'x-request-id': 'req_mock_error',
    ...(behaviour.retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(behaviour.retryAfterSeconds) }),
  };
  return jsonAnswer({ error: errorObject(behaviour) }, { status: behaviour.status, headers });
}

function errorObject(behaviour: ErrorBehaviour): Json {
  return {
    message: behaviour.message ?? `The mock provider was told to answer ${behaviour.status}.`,
    type: behaviour.type ?? (behaviour.status >= 500 ? 'server_error' : 'invalid_request_error'),
    param: null,
    code: behaviour.code ?? (behaviour.status === 429 ? 'rate_limit_exceeded' : null),
  };
}

function openAiHeaders(ask: Ask): Record<string, string> {
  return {
    'x-request-id': `req_mock_${ask.index}`,
    'openai-organization': 'mock-organization',
    'openai-processing-ms': '1',
    'x-ratelimit-remaining-requests': '9999',
  };
}

function completion(ask: Ask, behaviour: AnswerBehaviour): Json {
  const toolCalls = (behaviour.toolCalls ?? []).map((call, index) => ({
    id: `call_mock_${index}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.input) },
  }));
  const hasTools = toolCalls.length > 0;
  const text = hasTools && behaviour.text === undefined ? null : answerText(behaviour);
  const usage = usageOf(behaviour);
  return {
    id: `chatcmpl-mock-${ask.index}`,
    object: 'chat.completion',
    created: createdAt,
    model: behaviour.model ?? ask.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          ...(hasTools ? { tool_calls: toolCalls } : {}),
          refusal: null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: finishReason(behaviour),
      },
    ],
    ...(usage === undefined ? {} : { usage: usageObject(usage) }),
    service_tier: behaviour.serviceTier ?? 'default',
    system_fingerprint: 'fp_mock',
  };
}

function streamEvents(ask: Ask, behaviour: AnswerBehaviour): { data: string }[] {
  const usage = usageOf(behaviour);
  const withUsage = ask.includesUsage && usage !== undefined;
  const chunk = (choices: readonly Json[], counts: Json | null): string =>
    JSON.stringify({
      id: `chatcmpl-mock-${ask.index}`,
      object: 'chat.completion.chunk',
      created: createdAt,
      model: behaviour.model ?? ask.model,
      service_tier: behaviour.serviceTier ?? 'default',
      system_fingerprint: 'fp_mock',
      choices,
      ...(withUsage ? { usage: counts } : {}),
      ...(behaviour.obfuscation === true ? { obfuscation: 'aZ3kQ9' } : {}),
    });
  const chunks = choicesOf(behaviour).map((choice) => chunk([choice], null));
  if (withUsage) chunks.push(chunk([], usageObject(usage)));
  chunks.push('[DONE]');
  if (behaviour.errorAfterEvents !== undefined) {
    chunks.splice(behaviour.errorAfterEvents, Infinity, JSON.stringify({ error: streamError }));
  }
  return chunks.map((data) => ({ data }));
}

const streamError = {
  message: 'The server had an error while processing your request.',
  type: 'server_error',
  param: null,
  code: null,
};

function choicesOf(behaviour: AnswerBehaviour): Json[] {
  const choice = (delta: Json, finish: string | null): Json => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason: finish,
  });
  const toolDeltas = (behaviour.toolCalls ?? []).flatMap((call, index) => [
    {
      tool_calls: [
        {
          index,
          id: `call_mock_${index}`,
          type: 'function',
          function: { name: call.name, arguments: '' },
        },
      ],
    },
    ...splitText(JSON.stringify(call.input), 3).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ]);
  const hasText = toolDeltas.length === 0 || behaviour.text !== undefined;
  const pieces = hasText ? splitText(answerText(behaviour), behaviour.chunks ?? 5) : [];
  return [
    choice({ role: 'assistant', content: hasText ? '' : null, refusal: null }, null),
    ...pieces.map((content) => choice({ content }, null)),
    ...toolDeltas.map((delta) => choice(delta, null)),
    choice({}, finishReason(behaviour)),
  ];
}

function finishReason(behaviour: AnswerBehaviour): string {
  return behaviour.finishReason ?? ((behaviour.toolCalls?.length ?? 0) > 0 ? 'tool_calls' : 'stop');
}

/** OpenAI counts cached tokens inside `prompt_tokens` and reasoning inside `completion_tokens`. */
function usageObject(usage: Required<MockUsage>): Json {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** A string, an array of strings, one array of tokens or an array of them. */
function embeddingInputs(input: unknown): unknown[] {
  if (!Array.isArray(input)) return [input];
  const items: unknown[] = input;
  return typeof items[0] === 'number' ? [items] : items;
}

/** The same input always gives the same vector. */
function vectorOf(input: unknown, dimensions: number): Float32Array {
  const digest = createHash('sha256')
    .update(JSON.stringify(input) ?? '')
    .digest();
  return Float32Array.from({ length: dimensions }, (_, index) => {
    const byte = digest[index % digest.length] ?? 0;
    return byte / 256 - 0.5;
  });
}
