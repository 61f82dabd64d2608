import { hasOnly, parseExactly, pick } from '../exact-json.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { readAnthropicUsage } from './anthropic-usage.ts';
import { blockMembers, deltaUsageMembers, endMembers, messageMembers } from './message-members.ts';

/**
 * The stream that Anthropic would have sent for this message, each block in one delta. Null where
 * the message has a member or a block whose streamed form is not known.
 */
export function messageToEvents(body: Buffer): Buffer | null {
  const message = parseExactly(body.toString('utf8'));
  if (message === null || !isKnownMessage(message)) return null;
  const content = message['content'];
  const usage = message['usage'];
  if (!Array.isArray(content) || !isObject(usage) || readAnthropicUsage(usage) === null)
    return null;
  const events = [startEvent(message, usage)];
  for (const [index, block] of content.entries()) {
    const deltas = isObject(block) ? deltasOf(block) : null;
    if (deltas === null || !isObject(block)) return null;
    events.push({ type: 'content_block_start', index, content_block: emptied(block) });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  }
  events.push({
    type: 'message_delta',
    delta: pick(message, [...endMembers]),
    usage: pick(usage, deltaUsageMembers),
  });
  events.push({ type: 'message_stop' });
  return Buffer.from(events.map(encodeEvent).join(''));
}

function isKnownMessage(message: JsonObject): boolean {
  return (
    message['type'] === 'message' &&
    typeof message['stop_reason'] === 'string' &&
    hasOnly(message, messageMembers)
  );
}

function encodeEvent(event: JsonObject): string {
  return `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The message before its first block: input counted, hardly any output yet. */
function startEvent(message: JsonObject, usage: JsonObject): JsonObject {
  const notYet = Object.fromEntries(
    Object.keys(pick(message, [...endMembers])).map((name) => [name, null]),
  );
  const outputTokens = usage['output_tokens'] === 0 ? 0 : 1;
  return {
    type: 'message_start',
    message: {
      ...message,
      ...notYet,
      content: [],
      usage: { ...usage, output_tokens: outputTokens },
    },
  };
}

/** The block as it begins: what deltas bring is empty. */
function emptied(block: JsonObject): JsonObject {
  switch (block['type']) {
    case 'text':
      return {
        ...block,
        text: '',
        ...(Array.isArray(block['citations']) ? { citations: [] } : {}),
      };
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    case 'tool_use':
      return { ...block, input: {} };
    default:
      return block;
  }
}

function deltasOf(block: JsonObject): readonly JsonObject[] | null {
  const members = blockMembers.get(block['type']);
  if (members === undefined || !hasOnly(block, members)) return null;
  switch (block['type']) {
    case 'text':
      return textDeltas(block);
    case 'thinking':
      return thinkingDeltas(block);
    case 'tool_use':
      return isObject(block['input'])
        ? [{ type: 'input_json_delta', partial_json: JSON.stringify(block['input']) }]
        : null;
    default:
      return [];
  }
}

function textDeltas(block: JsonObject): readonly JsonObject[] | null {
  const text = block['text'];
  const citations = block['citations'] ?? [];
  if (typeof text !== 'string' || !Array.isArray(citations)) return null;
  const cited = citations.map((citation: unknown) => ({ type: 'citations_delta', citation }));
  return [...cited, { type: 'text_delta', text }];
}

function thinkingDeltas(block: JsonObject): readonly JsonObject[] | null {
  const thinking = block['thinking'];
  const signature = block['signature'];
  if (typeof thinking !== 'string' || typeof signature !== 'string') return null;
  const text = thinking === '' ? [] : [{ type: 'thinking_delta', thinking }];
  return [...text, { type: 'signature_delta', signature }];
}
