import { parseExactly, pick } from '../exact-json.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { assertKnown, ifKnown, known, knownList, knownNumber, knownText } from '../known-shape.ts';
import { storedEvents } from '../stored-events.ts';

const chunkMembers: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
  'obfuscation',
]);
const choiceMembers: ReadonlySet<string> = new Set(['index', 'delta', 'logprobs', 'finish_reason']);
const deltaMembers: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'tool_calls',
]);
const logprobMembers: ReadonlySet<string> = new Set(['content', 'refusal']);
const callMembers: ReadonlySet<string> = new Set(['index', 'id', 'type', 'function']);
const functionMembers: ReadonlySet<string> = new Set(['name', 'arguments']);
const textNames = ['content', 'refusal', 'reasoning_content', 'reasoning'] as const;

interface ToolCall {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

interface Choice {
  readonly index: number;
  /** By name; null where the stream named it without a text. */
  readonly texts: Map<string, string | null>;
  readonly calls: ToolCall[];
  hasLogprobs: boolean;
  logprobs: { content: unknown[] | null; refusal: unknown[] | null } | null;
  finishReason: string | null;
}

interface Answer {
  head: JsonObject | null;
  usage: JsonObject | null;
  readonly choices: Choice[];
  isDone: boolean;
}

/** The answer that the provider would have sent unstreamed. Null where the stream holds more. */
export function chunksToJson(stream: Buffer): Buffer | null {
  const answer: Answer = { head: null, usage: null, choices: [], isDone: false };
  return ifKnown(() => {
    for (const { event, data } of storedEvents(stream)) {
      assertKnown(event === '' && !answer.isDone);
      if (data === '[DONE]') answer.isDone = true;
      else addChunk(answer, known(parseExactly(data), chunkMembers));
    }
    return Buffer.from(JSON.stringify(whole(answer)));
  });
}

function addChunk(answer: Answer, chunk: JsonObject): void {
  assertKnown(chunk['object'] === 'chat.completion.chunk');
  answer.head ??= chunk;
  assertKnown(answer.head['id'] === chunk['id']);
  const usage = chunk['usage'] ?? null;
  if (usage !== null) {
    assertKnown(isObject(usage));
    answer.usage = usage;
  }
  // The tier that was used is known late in some streams.
  if ((chunk['service_tier'] ?? null) !== null) {
    answer.head = { ...answer.head, service_tier: chunk['service_tier'] };
  }
  for (const choice of knownList(chunk['choices'])) {
    addChoice(answer, known(choice, choiceMembers));
  }
}

function addChoice(answer: Answer, part: JsonObject): void {
  const index = knownNumber(part['index']);
  let choice = answer.choices.find((candidate) => candidate.index === index);
  if (choice === undefined) {
    choice = {
      index,
      texts: new Map(),
      calls: [],
      hasLogprobs: false,
      logprobs: null,
      finishReason: null,
    };
    answer.choices.push(choice);
  }
  addDelta(choice, known(part['delta'] ?? {}, deltaMembers));
  if ('logprobs' in part) addLogprobs(choice, part['logprobs']);
  const reason = part['finish_reason'] ?? null;
  if (reason !== null) choice.finishReason = knownText(reason);
}

function addDelta(choice: Choice, delta: JsonObject): void {
  assertKnown((delta['role'] ?? 'assistant') === 'assistant');
  for (const name of textNames) {
    if (!(name in delta)) continue;
    const before = choice.texts.get(name) ?? null;
    const text = delta[name] ?? null;
    choice.texts.set(name, text === null ? before : (before ?? '') + knownText(text));
  }
  if ((delta['tool_calls'] ?? null) === null) return;
  for (const part of knownList(delta['tool_calls'])) addCall(choice, known(part, callMembers));
}

function addCall(choice: Choice, part: JsonObject): void {
  const index = knownNumber(part['index']);
  assertKnown((part['type'] ?? 'function') === 'function');
  const called = known(part['function'] ?? {}, functionMembers);
  const text = knownText(called['arguments'] ?? '');
  const call = choice.calls[index];
  if (call === undefined) {
    assertKnown(index === choice.calls.length);
    const id = knownText(part['id']);
    choice.calls.push({ id, name: knownText(called['name']), arguments: text });
    return;
  }
  // Some servers repeat id and name with every piece; a different one would be another call.
  assertKnown((part['id'] ?? call.id) === call.id && (called['name'] ?? call.name) === call.name);
  call.arguments += text;
}

function addLogprobs(choice: Choice, value: unknown): void {
  choice.hasLogprobs = true;
  if (value === null) return;
  const { content, refusal } = { content: null, refusal: null, ...known(value, logprobMembers) };
  choice.logprobs ??= { content: null, refusal: null };
  if (content !== null) (choice.logprobs.content ??= []).push(...knownList(content));
  if (refusal !== null) (choice.logprobs.refusal ??= []).push(...knownList(refusal));
}

function whole({ head, usage, choices, isDone }: Answer): JsonObject {
  assertKnown(head !== null && isDone && choices.length > 0);
  return {
    id: head['id'],
    object: 'chat.completion',
    ...pick(head, ['created', 'model']),
    choices: choices.toSorted((a, b) => a.index - b.index).map(wholeChoice),
    ...(usage === null ? {} : { usage }),
    ...pick(head, ['service_tier', 'system_fingerprint']),
  };
}

function wholeChoice(choice: Choice): JsonObject {
  assertKnown(choice.finishReason !== null);
  const { content = null, ...others } = Object.fromEntries(choice.texts);
  const calls = choice.calls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      content,
      ...others,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    ...(choice.hasLogprobs ? { logprobs: choice.logprobs } : {}),
    finish_reason: choice.finishReason,
  };
}
