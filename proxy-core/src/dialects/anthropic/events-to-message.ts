import { parseExactly } from '../exact-json.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { assertKnown, ifKnown, known, knownList, knownNumber, knownText } from '../known-shape.ts';
import { storedEvents } from '../stored-events.ts';
import { mergeUsage } from './anthropic-usage.ts';
import { blockMembers, endMembers, messageMembers } from './message-members.ts';

interface Block {
  readonly start: JsonObject;
  text: string;
  signature: string | null;
  inputJson: string;
  readonly citations: unknown[];
  isClosed: boolean;
}

interface Answer {
  message: JsonObject | null;
  usage: JsonObject;
  end: JsonObject;
  readonly blocks: Block[];
  isDone: boolean;
}

/** The message that Anthropic would have sent unstreamed. Null where the stream holds more. */
export function eventsToMessage(stream: Buffer): Buffer | null {
  const answer: Answer = { message: null, usage: {}, end: {}, blocks: [], isDone: false };
  return ifKnown(() => {
    for (const { data } of storedEvents(stream)) addEvent(answer, parseExactly(data));
    return Buffer.from(JSON.stringify(whole(answer)));
  });
}

const members = {
  message_start: new Set(['type', 'message']),
  content_block_start: new Set(['type', 'index', 'content_block']),
  content_block_delta: new Set(['type', 'index', 'delta']),
  content_block_stop: new Set(['type', 'index']),
  message_delta: new Set(['type', 'delta', 'usage']),
} as const;

function addEvent(answer: Answer, event: JsonObject | null): void {
  assertKnown(event !== null && !answer.isDone);
  switch (event['type']) {
    case 'ping':
      return;
    case 'message_start':
      return addStart(answer, known(event, members.message_start));
    case 'content_block_start':
      return addBlock(answer, known(event, members.content_block_start));
    case 'content_block_delta':
      return addDelta(openBlock(answer, event), known(event, members.content_block_delta)['delta']);
    case 'content_block_stop':
      openBlock(answer, known(event, members.content_block_stop)).isClosed = true;
      return;
    case 'message_delta':
      return addEnd(answer, known(event, members.message_delta));
    case 'message_stop':
      answer.isDone = true;
      return;
    default:
      assertKnown(false);
  }
}

function addStart(answer: Answer, event: JsonObject): void {
  assertKnown(answer.message === null);
  answer.message = known(event['message'], messageMembers);
  answer.usage = mergeUsage({}, answer.message['usage']);
}

function addEnd(answer: Answer, event: JsonObject): void {
  answer.end = { ...answer.end, ...known(event['delta'], endMembers) };
  answer.usage = mergeUsage(answer.usage, event['usage']);
}

function addBlock(answer: Answer, event: JsonObject): void {
  assertKnown(event['index'] === answer.blocks.length && isObject(event['content_block']));
  const start = event['content_block'];
  known(start, blockMembers.get(start['type']));
  answer.blocks.push({
    start,
    text: '',
    signature: null,
    inputJson: '',
    citations: [],
    isClosed: false,
  });
}

function openBlock(answer: Answer, event: JsonObject): Block {
  const block = answer.blocks[knownNumber(event['index'])];
  assertKnown(block !== undefined && !block.isClosed);
  return block;
}

/** Each kind of delta belongs to one kind of block. */
const blockOfDelta: ReadonlyMap<unknown, string> = new Map([
  ['text_delta', 'text'],
  ['citations_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['signature_delta', 'thinking'],
  ['input_json_delta', 'tool_use'],
]);

function addDelta(block: Block, value: unknown): void {
  assertKnown(isObject(value) && blockOfDelta.get(value['type']) === block.start['type']);
  switch (value['type']) {
    case 'text_delta':
      block.text += knownText(value['text']);
      return;
    case 'thinking_delta':
      block.text += knownText(value['thinking']);
      return;
    case 'signature_delta':
      assertKnown(block.signature === null);
      block.signature = knownText(value['signature']);
      return;
    case 'citations_delta':
      block.citations.push(value['citation']);
      return;
    default:
      block.inputJson += knownText(value['partial_json']);
  }
}

function whole({ message, usage, end, blocks, isDone }: Answer): JsonObject {
  assertKnown(message !== null && isDone && typeof end['stop_reason'] === 'string');
  return { ...message, content: blocks.map(wholeBlock), ...end, usage };
}

function wholeBlock(block: Block): JsonObject {
  assertKnown(block.isClosed);
  const { start, citations } = block;
  switch (start['type']) {
    case 'text': {
      const text = knownText(start['text']) + block.text;
      if (citations.length === 0) return { ...start, text };
      const first = knownList(start['citations'] ?? []);
      return { ...start, text, citations: [...first, ...citations] };
    }
    case 'thinking': {
      const thinking = knownText(start['thinking']) + block.text;
      return {
        ...start,
        thinking,
        signature: block.signature ?? knownText(start['signature'] ?? ''),
      };
    }
    case 'tool_use':
      return block.inputJson === '' ? start : { ...start, input: inputOf(block.inputJson) };
    default:
      return start;
  }
}

function inputOf(json: string): JsonObject {
  const input = parseExactly(json);
  assertKnown(input !== null);
  return input;
}
