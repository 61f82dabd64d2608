// The parts of the editor's language-model API that are newer than the types that the extension is
// built with, or that editors know without declaring them. Each is looked for before it is used.
import type {
  LanguageModelChatInformation,
  LanguageModelError,
  LanguageModelTextPart,
  LanguageModelToolCallPart,
  LanguageModelToolResultPart,
} from 'vscode';

/** In the types from 1.106 on; there at run time in 1.105 already. */
export interface DataPart {
  readonly data: Uint8Array;
  readonly mimeType: string;
}

/** A proposal, known to every editor from 1.105 on. */
export interface ThinkingPart {
  readonly value: string | readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Members that 1.105 to 1.139 show without declaring them. */
export interface ModelInformation extends LanguageModelChatInformation {
  readonly provider: string;
  readonly model: string;
  /** Offered in the model picker without being switched on first. */
  readonly isUserSelectable: true;
  /** Shown beside the name. */
  readonly pricing?: string;
}

/** The editor's classes, as far as this editor has them. */
export interface EditorParts {
  readonly text: typeof LanguageModelTextPart;
  readonly toolCall: typeof LanguageModelToolCallPart;
  readonly toolResult: typeof LanguageModelToolResultPart;
  readonly error: typeof LanguageModelError;
  readonly data: (new (data: Uint8Array, mimeType: string) => DataPart) | null;
  readonly thinking:
    | (new (
        value: string,
        id?: string,
        metadata?: Readonly<Record<string, unknown>>,
      ) => ThinkingPart)
    | null;
}

/** `LanguageModelChatMessageRole.System`, a proposal: chats of Copilot send it all the same. */
export const systemRole = 3;
export const assistantRole = 2;
/** `LanguageModelChatToolMode.Required`. */
export const requiredToolMode = 2;
