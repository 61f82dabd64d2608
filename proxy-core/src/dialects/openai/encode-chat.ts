import type {
  ChatImagePart,
  ChatMessage,
  ChatRequest,
  ChatTool,
  ChatToolResultPart,
} from '../../contract/bridge/chat.ts';
import type { JsonObject } from '../json-value.ts';

/**
 * The body of a chat completion. No limit on the answer is sent: the name of that member differs
 * between servers, and none of them demands it.
 */
export function encodeChat(request: ChatRequest): JsonObject {
  const { model, tools, toolMode, options } = request;
  return {
    ...options,
    model,
    stream: true,
    messages: request.messages.flatMap(encodeMessage),
    ...(tools.length === 0 ? {} : { tools: tools.map(encodeTool) }),
    ...(tools.length > 0 && toolMode === 'required' ? { tool_choice: 'required' } : {}),
  };
}

function encodeTool({ name, description, inputSchema }: ChatTool): JsonObject {
  const parameters = inputSchema ?? { type: 'object', properties: {} };
  return { type: 'function', function: { name, description, parameters } };
}

function encodeMessage(message: ChatMessage): readonly JsonObject[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: joined(message.content) }];
    case 'user':
      return encodeUserMessage(message.content);
    case 'assistant':
      return [encodeAssistantMessage(message.content)];
  }
}

type UserContent = Extract<ChatMessage, { role: 'user' }>['content'];
type AssistantContent = Extract<ChatMessage, { role: 'assistant' }>['content'];

/** Results first: each must follow the call that it answers, and takes text alone. */
function encodeUserMessage(content: UserContent): readonly JsonObject[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const said = content.filter((part) => part.type !== 'tool-result');
  const shown = results.flatMap((result) => result.content.filter(isImage));
  const parts = [...shown, ...said];
  return [
    ...results.map(encodeResult),
    ...(parts.length === 0 ? [] : [{ role: 'user', content: encodeParts(parts) }]),
  ];
}

function encodeResult({ id, content, isError }: ChatToolResultPart): JsonObject {
  const text = joined(content.filter((part) => part.type === 'text'));
  return { role: 'tool', tool_call_id: id, content: isError ? `Error: ${text}` : text };
}

/** Servers that know no images know no lists either: text alone goes as a string. */
function encodeParts(parts: readonly Exclude<UserContent[number], ChatToolResultPart>[]): unknown {
  const texts = parts.filter((part) => part.type === 'text');
  if (texts.length === parts.length) return joined(texts);
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mimeType};base64,${part.data}` } },
  );
}

/** Thoughts stay out: no member of the dialect takes them back. */
function encodeAssistantMessage(content: AssistantContent): JsonObject {
  const text = joined(content.filter((part) => part.type === 'text'));
  const calls = content.filter((part) => part.type === 'tool-call');
  if (calls.length === 0) return { role: 'assistant', content: text };
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: calls.map(({ id, name, arguments: input }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    })),
  };
}

function isImage(part: { readonly type: string }): part is ChatImagePart {
  return part.type === 'image';
}

function joined(parts: readonly { readonly text: string }[]): string {
  return parts.map(({ text }) => text).join('');
}
