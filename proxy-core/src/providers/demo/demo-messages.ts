import {
  delayOf,
  jsonAnswer,
  streamAnswer,
  type DemoAnswer,
  type DemoContext,
} from './demo-answer.ts';
import {
  DemoRefusal,
  isObject,
  readFlag,
  readLimit,
  readMessages,
  type JsonObject,
} from './demo-request.ts';
import { countInputTokens, countTokens, demoText, wordsOf } from './demo-text.ts';
import { demoCall, type DemoCall } from './demo-tool-input.ts';

interface Reply {
  readonly words: readonly string[];
  readonly call: DemoCall | null;
  readonly stopReason: 'end_turn' | 'max_tokens' | 'tool_use';
}

/** `POST /v1/messages`. Throws `DemoRefusal`. */
export function answerMessages(body: JsonObject, model: string, context: DemoContext): DemoAnswer {
  const reply = replyTo(body);
  const usage = usageOf(body, reply);
  const message = {
    id: `msg_demo_${context.id}`,
    type: 'message',
    role: 'assistant',
    model,
  };
  const delayMs = delayOf(model);
  if (!readFlag(body, 'stream')) {
    const content = [wholeBlock(reply, context)];
    const end = { stop_reason: reply.stopReason, stop_sequence: null };
    return jsonAnswer(200, { ...message, content, ...end, usage }, delayMs);
  }
  const start = { ...message, content: [], stop_reason: null, stop_sequence: null };
  const events: readonly JsonObject[] = [
    { type: 'message_start', message: { ...start, usage: { ...usage, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: emptyBlock(reply, context) },
    { type: 'ping' },
    ...deltasOf(reply).map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: reply.stopReason, stop_sequence: null },
      usage: { output_tokens: usage['output_tokens'] },
    },
    { type: 'message_stop' },
  ];
  const pieces = events.map(
    (event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return streamAnswer(pieces, delayMs);
}

/** `POST /v1/messages/count_tokens`. Throws `DemoRefusal`. */
export function answerCountTokens(body: JsonObject): DemoAnswer {
  readMessages(body);
  return jsonAnswer(200, { input_tokens: countInputTokens(body) });
}

function replyTo(body: JsonObject): Reply {
  const messages = readMessages(body);
  const limit = readLimit(body, 'max_tokens');
  if (limit === null) throw new DemoRefusal('max_tokens: Field required', 'max_tokens');
  const call = callFor(body);
  if (call !== null) return { words: [], call, stopReason: 'tool_use' };
  const { words, isCut } = wordsOf(demoText(messages), limit);
  return { words, call: null, stopReason: isCut ? 'max_tokens' : 'end_turn' };
}

/** The call that `tool_choice` demands; the demo calls no tool of its own accord. */
function callFor(body: JsonObject): DemoCall | null {
  const choice = isObject(body['tool_choice']) ? body['tool_choice'] : {};
  if (choice['type'] !== 'any' && choice['type'] !== 'tool') return null;
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(isObject) : [];
  const call = demoCall(
    tools.map((tool) => ({ name: tool['name'], schema: tool['input_schema'] })),
    choice['type'] === 'tool' ? choice['name'] : null,
  );
  if (call === null) throw new DemoRefusal('tool_choice: no such tool in tools', 'tool_choice');
  return call;
}

function usageOf(body: JsonObject, reply: Reply): JsonObject {
  const output = reply.call === null ? reply.words.join('') : JSON.stringify(reply.call);
  return {
    input_tokens: countInputTokens(body),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: Math.max(1, countTokens(output)),
    service_tier: 'standard',
  };
}

function wholeBlock(reply: Reply, context: DemoContext): JsonObject {
  if (reply.call === null) return { type: 'text', text: reply.words.join('') };
  const { name, input } = reply.call;
  return { type: 'tool_use', id: `toolu_demo${context.id}`, name, input };
}

function emptyBlock(reply: Reply, context: DemoContext): JsonObject {
  const block = wholeBlock(reply, context);
  return reply.call === null ? { ...block, text: '' } : { ...block, input: {} };
}

function deltasOf(reply: Reply): readonly JsonObject[] {
  if (reply.call === null) return reply.words.map((text) => ({ type: 'text_delta', text }));
  return [{ type: 'input_json_delta', partial_json: JSON.stringify(reply.call.input) }];
}
