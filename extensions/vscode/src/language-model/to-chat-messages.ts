// The editor's messages in the terms of the bridge.
import type {
  ChatImagePart,
  ChatMessage,
  ChatTextPart,
  ChatToolResultPart,
} from '@relaycore/proxy-core/contract/bridge';
import type { LanguageModelChatRequestMessage } from 'vscode';
import { assistantRole, systemRole, type DataPart, type EditorParts } from './editor-api.ts';
import { thoughtOf, type Thought } from './thoughts.ts';

type Parts = Pick<EditorParts, 'text' | 'toolCall' | 'toolResult' | 'data' | 'thinking'>;
type UserPart = Extract<ChatMessage, { role: 'user' }>['content'][number];
type AssistantPart = Extract<ChatMessage, { role: 'assistant' }>['content'][number];

/** Messages without anything in them that a model reads are left out. */
export function toChatMessages(
  messages: readonly LanguageModelChatRequestMessage[],
  parts: Parts,
): ChatMessage[] {
  return messages
    .map((message) => toChatMessage(message, parts))
    .filter(({ content }) => content.length > 0);
}

function toChatMessage(message: LanguageModelChatRequestMessage, parts: Parts): ChatMessage {
  // A number of the editor's own that its types do not know.
  const role: number = message.role;
  const { content } = message;
  if (role === assistantRole) {
    return { role: 'assistant', content: content.flatMap((part) => assistantPart(part, parts)) };
  }
  if (role === systemRole) {
    const texts = content.flatMap((part) => toolContent(part, parts));
    return { role: 'system', content: texts.filter((part) => part.type === 'text') };
  }
  return { role: 'user', content: content.flatMap((part) => userPart(part, parts)) };
}

function userPart(part: unknown, parts: Parts): UserPart[] {
  if (part instanceof parts.toolResult) {
    const result: ChatToolResultPart = {
      type: 'tool-result',
      id: part.callId,
      content: part.content.flatMap((inner) => toolContent(inner, parts)),
      isError: 'isError' in part && part.isError === true,
    };
    return [result];
  }
  return toolContent(part, parts);
}

function assistantPart(part: unknown, parts: Parts): AssistantPart[] {
  if (part instanceof parts.text) return textPart(part.value);
  if (part instanceof parts.toolCall) {
    const input: object = part.input;
    const call = { id: part.callId, name: part.name, arguments: { ...input } };
    return [{ type: 'tool-call', ...call }];
  }
  if (parts.thinking !== null && part instanceof parts.thinking) {
    const thought: Thought | null = thoughtOf(part);
    return thought === null ? [] : [{ type: 'thinking', ...thought }];
  }
  return [];
}

/** What a user or a tool says: text and images, and the results of tools that are rendered as trees. */
function toolContent(part: unknown, parts: Parts): (ChatTextPart | ChatImagePart)[] {
  if (part instanceof parts.text) return textPart(part.value);
  if (parts.data !== null && part instanceof parts.data) return dataPart(part);
  // `LanguageModelPromptTsxPart`: a tree that only its maker can render; its text is better than none.
  if (typeof part === 'object' && part !== null && 'value' in part && !isThinking(part, parts)) {
    return textPart(typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
  }
  return [];
}

function isThinking(part: object, { thinking }: Parts): boolean {
  return thinking !== null && part instanceof thinking;
}

function textPart(text: string): ChatTextPart[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/** Data of other kinds are private to editors and their own models (`cache_control`, `stateful_marker`…). */
function dataPart({ data, mimeType }: DataPart): (ChatTextPart | ChatImagePart)[] {
  if (mimeType.startsWith('image/')) {
    return [{ type: 'image', mimeType, data: Buffer.from(data).toString('base64') }];
  }
  const isText = mimeType.startsWith('text/') || mimeType === 'application/json';
  return isText ? textPart(Buffer.from(data).toString('utf8')) : [];
}
