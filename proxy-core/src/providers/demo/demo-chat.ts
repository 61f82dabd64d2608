import {
  jsonAnswer,
  delayOf,
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

const maxSamples = 8;

/** What one choice says: a text or a call. */
interface Reply {
  readonly words: readonly string[];
  readonly call: DemoCall | null;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

/** `POST /v1/chat/completions`. Throws `DemoRefusal`. */
export function answerChat(body: JsonObject, model: string, context: DemoContext): DemoAnswer {
  const reply = replyTo(body);
  const samples = readLimit(body, 'n') ?? 1;
  if (samples > maxSamples) throw new DemoRefusal(`Invalid 'n': at most ${maxSamples}.`, 'n');
  const usage = usageOf(body, reply, samples);
  const head = {
    id: `chatcmpl-demo-${context.id}`,
    created: Math.floor(context.now / 1000),
    model,
  };
  const indexes = Array.from({ length: samples }, (_, index) => index);
  const delayMs = delayOf(model);
  if (!readFlag(body, 'stream')) {
    return jsonAnswer(
      200,
      {
        ...{ id: head.id, object: 'chat.completion', created: head.created, model },
        choices: indexes.map((index) => wholeChoice(reply, index, context)),
        usage,
        service_tier: 'default',
        system_fingerprint: 'fp_demo',
      },
      delayMs,
    );
  }
  const options = isObject(body['stream_options']) ? body['stream_options'] : {};
  const hasUsage = options['include_usage'] === true;
  const chunkOf = (members: JsonObject): string =>
    `data: ${JSON.stringify({
      ...{ id: head.id, object: 'chat.completion.chunk', created: head.created, model },
      ...{ service_tier: 'default', system_fingerprint: 'fp_demo' },
      ...members,
    })}\n\n`;
  const noUsageYet = hasUsage ? { usage: null } : {};
  const pieces = indexes.flatMap((index) =>
    deltasOf(reply, index, context).map((choice) => chunkOf({ choices: [choice], ...noUsageYet })),
  );
  if (hasUsage) pieces.push(chunkOf({ choices: [], usage }));
  return streamAnswer([...pieces, 'data: [DONE]\n\n'], delayMs);
}

function replyTo(body: JsonObject): Reply {
  const messages = readMessages(body);
  checkTemperature(body);
  const call = callFor(body);
  if (call !== null) return { words: [], call, finishReason: 'tool_calls' };
  const limit = readLimit(body, 'max_completion_tokens') ?? readLimit(body, 'max_tokens');
  const { words, isCut } = wordsOf(demoText(messages), limit);
  return { words, call: null, finishReason: isCut ? 'length' : 'stop' };
}

function checkTemperature(body: JsonObject): void {
  const value = body['temperature'] ?? 1;
  if (typeof value === 'number' && value >= 0 && value <= 2) return;
  throw new DemoRefusal("Invalid 'temperature': expected a number from 0 to 2.", 'temperature');
}

/** The call that `tool_choice` demands; the demo calls no tool of its own accord. */
function callFor(body: JsonObject): DemoCall | null {
  const choice = body['tool_choice'];
  const named =
    isObject(choice) && isObject(choice['function']) ? choice['function']['name'] : null;
  if (choice !== 'required' && named === null) return null;
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(isObject) : [];
  const functions = tools.map((tool) => (isObject(tool['function']) ? tool['function'] : {}));
  const call = demoCall(
    functions.map((tool) => ({ name: tool['name'], schema: tool['parameters'] })),
    named,
  );
  if (call === null) {
    throw new DemoRefusal("Invalid 'tool_choice': no such tool in 'tools'.", 'tool_choice');
  }
  return call;
}

function usageOf(body: JsonObject, reply: Reply, samples: number): JsonObject {
  const output = reply.call === null ? reply.words.join('') : JSON.stringify(reply.call);
  const prompt = countInputTokens(body);
  const completion = countTokens(output) * samples;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

function callId(context: DemoContext, index: number): string {
  return `call_demo${context.id}${index}`;
}

function wholeChoice(reply: Reply, index: number, context: DemoContext): JsonObject {
  const { call } = reply;
  const message =
    call === null
      ? { role: 'assistant', content: reply.words.join(''), refusal: null, annotations: [] }
      : {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: [
            {
              id: callId(context, index),
              type: 'function',
              function: { name: call.name, arguments: JSON.stringify(call.input) },
            },
          ],
        };
  return { index, message, logprobs: null, finish_reason: reply.finishReason };
}

function deltasOf(reply: Reply, index: number, context: DemoContext): readonly JsonObject[] {
  const choice = (delta: JsonObject, finishReason: string | null = null): JsonObject => ({
    index,
    delta,
    logprobs: null,
    finish_reason: finishReason,
  });
  const { call } = reply;
  const last = choice({}, reply.finishReason);
  if (call === null) {
    const first = choice({ role: 'assistant', content: '', refusal: null });
    return [first, ...reply.words.map((word) => choice({ content: word })), last];
  }
  const started = {
    index: 0,
    id: callId(context, index),
    type: 'function',
    function: { name: call.name, arguments: '' },
  };
  const input = JSON.stringify(call.input);
  return [
    choice({ role: 'assistant', content: null, tool_calls: [started], refusal: null }),
    choice({ tool_calls: [{ index: 0, function: { arguments: input } }] }),
    last,
  ];
}
