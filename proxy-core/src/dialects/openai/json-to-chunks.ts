import { hasOnly, parseExactly, pick } from '../exact-json.ts';
import { isObject, objectOf, type JsonObject } from '../json-value.ts';
import { readOpenaiUsage } from './openai-usage.ts';

const answerMembers: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
]);
const choiceMembers: ReadonlySet<string> = new Set([
  'index',
  'message',
  'logprobs',
  'finish_reason',
]);
const messageMembers: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'tool_calls',
  'annotations',
]);
const callMembers: ReadonlySet<string> = new Set(['id', 'type', 'function']);
const functionMembers: ReadonlySet<string> = new Set(['name', 'arguments']);

/** Reasoning comes before what was made of it. */
const textNames = ['reasoning_content', 'reasoning', 'content', 'refusal'] as const;

/** A delta with what stands beside it in its choice. */
interface Step {
  readonly delta: JsonObject;
  readonly logprobs?: unknown;
  readonly finishReason?: unknown;
}

/**
 * The stream that the provider would have sent for this answer with `include_usage`: a usage chunk
 * at the end, `usage: null` in the others. Without usage in the answer neither. Null where the answer
 * has a member whose streamed form is not known.
 */
export function jsonToChunks(body: Buffer): Buffer | null {
  const answer = parseExactly(body.toString('utf8'));
  if (answer === null || !hasOnly(answer, answerMembers)) return null;
  if (answer['object'] !== 'chat.completion' || !Array.isArray(answer['choices'])) return null;
  const usage = answer['usage'] ?? null;
  if (usage !== null && readOpenaiUsage(usage) === null) return null;
  const head = {
    id: answer['id'],
    object: 'chat.completion.chunk',
    ...pick(answer, ['created', 'model', 'service_tier', 'system_fingerprint']),
  };
  const noUsageYet = usage === null ? {} : { usage: null };
  const chunks: JsonObject[] = [];
  for (const choice of answer['choices']) {
    const steps = isObject(choice) ? stepsOf(choice) : null;
    if (steps === null || !isObject(choice)) return null;
    for (const step of steps) {
      chunks.push({ ...head, choices: [chunkChoice(choice, step)], ...noUsageYet });
    }
  }
  if (usage !== null) chunks.push({ ...head, choices: [], usage });
  const events = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  return Buffer.from(`${events.join('')}data: [DONE]\n\n`);
}

function chunkChoice(choice: JsonObject, step: Step): JsonObject {
  const hasLogprobs = 'logprobs' in choice;
  return {
    index: choice['index'],
    delta: step.delta,
    ...(hasLogprobs ? { logprobs: step.logprobs ?? null } : {}),
    finish_reason: step.finishReason ?? null,
  };
}

function stepsOf(choice: JsonObject): readonly Step[] | null {
  const message = choice['message'];
  if (!hasOnly(choice, choiceMembers) || !isObject(message)) return null;
  if (typeof choice['finish_reason'] !== 'string' || message['role'] !== 'assistant') return null;
  if (!hasOnly(message, messageMembers) || !isEmptyList(message['annotations'])) return null;
  const calls = callSteps(message['tool_calls']);
  const texts = textSteps(message, choice['logprobs']);
  if (calls === null || texts === null) return null;
  const role = { role: 'assistant', content: typeof message['content'] === 'string' ? '' : null };
  const refusal = 'refusal' in message ? { refusal: null } : {};
  return [
    { delta: { ...role, ...refusal } },
    ...texts,
    ...calls,
    { delta: {}, finishReason: choice['finish_reason'] },
  ];
}

function isEmptyList(value: unknown): boolean {
  return (value ?? null) === null || (Array.isArray(value) && value.length === 0);
}

/** Each text in one delta; the probabilities go with the last. */
function textSteps(message: JsonObject, logprobs: unknown): readonly Step[] | null {
  if ((logprobs ?? null) !== null && !isObject(logprobs)) return null;
  const steps: Step[] = [];
  for (const name of textNames) {
    const text = message[name] ?? null;
    if (text !== null && typeof text !== 'string') return null;
    if (text !== null && (text !== '' || name.startsWith('reasoning'))) {
      steps.push({ delta: { [name]: text } });
    }
  }
  if ((logprobs ?? null) === null) return steps;
  const last = steps.pop() ?? { delta: {} };
  return [...steps, { ...last, logprobs }];
}

function callSteps(calls: unknown): readonly Step[] | null {
  if ((calls ?? null) === null) return [];
  if (!Array.isArray(calls) || calls.length === 0) return null;
  const steps: Step[] = [];
  for (const [index, call] of calls.entries()) {
    if (!isObject(call) || !hasOnly(call, callMembers) || call['type'] !== 'function') return null;
    const called = objectOf(call['function']);
    const name = called['name'];
    const input = called['arguments'];
    if (!hasOnly(called, functionMembers) || typeof name !== 'string') return null;
    if (typeof input !== 'string' || typeof call['id'] !== 'string') return null;
    const start = { index, id: call['id'], type: 'function', function: { name, arguments: '' } };
    steps.push({ delta: { tool_calls: [start] } });
    steps.push({ delta: { tool_calls: [{ index, function: { arguments: input } }] } });
  }
  return steps;
}
