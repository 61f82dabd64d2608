// Classes like the editor's, for tests outside of it: they hold what they are given.
import type { EditorParts } from '../editor-api.ts';

class TextPart {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

class ToolCallPart {
  readonly callId: string;
  readonly name: string;
  readonly input: object;
  constructor(callId: string, name: string, input: object) {
    this.callId = callId;
    this.name = name;
    this.input = input;
  }
}

class ToolResultPart {
  readonly callId: string;
  readonly content: unknown[];
  constructor(callId: string, content: unknown[]) {
    this.callId = callId;
    this.content = content;
  }
}

class DataPart {
  readonly data: Uint8Array;
  readonly mimeType: string;
  constructor(data: Uint8Array, mimeType: string) {
    this.data = data;
    this.mimeType = mimeType;
  }
}

class ThinkingPart {
  readonly value: string | readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  constructor(value: string, _?: string, metadata: Readonly<Record<string, unknown>> = {}) {
    this.value = value;
    this.metadata = metadata;
  }
}

class EditorError extends Error {
  code = '';
  static NoPermissions(message?: string): EditorError {
    return Object.assign(new EditorError(message), { code: 'NoPermissions' });
  }
  static Blocked(message?: string): EditorError {
    return Object.assign(new EditorError(message), { code: 'Blocked' });
  }
  static NotFound(message?: string): EditorError {
    return Object.assign(new EditorError(message), { code: 'NotFound' });
  }
}

export const editorClasses = {
  text: TextPart,
  toolCall: ToolCallPart,
  toolResult: ToolResultPart,
  error: EditorError,
  data: DataPart,
  thinking: ThinkingPart,
} satisfies EditorParts;
