import type { ChatMessage, ChatRequest, ChatTool } from '../../contract/bridge/chat.ts';
import type { ChatLimits } from '../../domain/chat-codec.ts';
import type { JsonObject } from '../json-value.ts';

type Part = Exclude<ChatMessage, { role: 'system' }>['content'][number];

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly JsonObject[];
}

/** The body of a message. Anthropic demands a limit on the answer: the model's own, unless one is given. */
export function encodeMessages(request: ChatRequest, limits: ChatLimits): JsonObject {
  const { model, tools, toolMode, options } = request;
  const turns = turnsOf(request.messages);
  const system = systemOf(request.messages);
  const isGoingOn = tools.length > 0 || turns.some(({ role }) => role === 'assistant');
  const marked = (blocks: readonly JsonObject[]): readonly JsonObject[] =>
    isGoingOn ? withMark(blocks) : blocks;
  return {
    max_tokens: limits.maxOutputTokens,
    ...options,
    model,
    stream: true,
    ...(system.length === 0 ? {} : { system: marked(system) }),
    messages: turns.map((turn, index) =>
      index === turns.length - 1 ? { ...turn, content: marked(turn.content) } : turn,
    ),
    ...(tools.length === 0 ? {} : { tools: marked(tools.map(encodeTool)) }),
    ...(tools.length > 0 && toolMode === 'required' ? { tool_choice: { type: 'any' } } : {}),
  };
}

/**
 * Anthropic keeps a prefix only up to a mark, and without one bills an agent's whole conversation
 * anew with every turn. The marks are no part of what is compared, so they may move.
 */
function withMark(blocks: readonly JsonObject[]): readonly JsonObject[] {
  const last = blocks.findLastIndex((block) => block['type'] !== 'thinking');
  return blocks.map((block, index) =>
    index === last ? { ...block, cache_control: { type: 'ephemeral' } } : block,
  );
}

function encodeTool({ name, description, inputSchema }: ChatTool): JsonObject {
  return { name, description, input_schema: inputSchema ?? { type: 'object', properties: {} } };
}

/** Instructions stand before the conversation, wherever among the messages they came. */
function systemOf(messages: readonly ChatMessage[]): readonly JsonObject[] {
  return messages.flatMap((message) =>
    message.role === 'system' ? message.content.flatMap(encodePart) : [],
  );
}

/** One turn a speaker: a tool's results must all stand in the one message behind the calls, and first. */
function turnsOf(messages: readonly ChatMessage[]): readonly Turn[] {
  const turns: { role: Turn['role']; parts: Part[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const last = turns.at(-1);
    if (last?.role === message.role) last.parts.push(...message.content);
    else turns.push({ role: message.role, parts: [...message.content] });
  }
  return turns
    .map(({ role, parts }) => ({ role, content: resultsFirst(parts).flatMap(encodePart) }))
    .filter(({ content }) => content.length > 0);
}

function resultsFirst(parts: readonly Part[]): readonly Part[] {
  return [
    ...parts.filter(({ type }) => type === 'tool-result'),
    ...parts.filter(({ type }) => type !== 'tool-result'),
  ];
}

function encodePart(part: Part): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      // Anthropic refuses text that is empty.
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'image':
      return [
        {
          type: 'image',
          source: { type: 'base64', media_type: part.mimeType, data: part.data },
        },
      ];
    case 'thinking':
      // A thought is taken back with the signature that it came with, or not at all.
      return part.signature === null
        ? []
        : [{ type: 'thinking', thinking: part.text, signature: part.signature }];
    case 'tool-call':
      return [{ type: 'tool_use', id: toolId(part.id), name: part.name, input: part.arguments }];
    case 'tool-result':
      return [
        {
          type: 'tool_result',
          tool_use_id: toolId(part.id),
          content: part.content.flatMap(encodePart),
          ...(part.isError ? { is_error: true } : {}),
        },
      ];
  }
}

/** Calls of other providers' models, in a conversation that changed its model, have ids that Anthropic refuses. */
function toolId(id: string): string {
  return id.replaceAll(/[^\w-]/g, '_');
}
