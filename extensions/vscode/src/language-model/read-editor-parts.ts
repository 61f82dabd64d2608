import * as vscode from 'vscode';
import type { EditorParts } from './editor-api.ts';

/** Null where this editor takes no models of extensions: forks leave parts of the API out. */
export function readEditorParts(): EditorParts | null {
  if (typeof read('lm', 'registerLanguageModelChatProvider') !== 'function') return null;
  const needed = [
    'LanguageModelTextPart',
    'LanguageModelToolCallPart',
    'LanguageModelToolResultPart',
  ];
  if ([...needed, 'LanguageModelError'].some((name) => read(name) === undefined)) return null;
  return {
    text: vscode.LanguageModelTextPart,
    toolCall: vscode.LanguageModelToolCallPart,
    toolResult: vscode.LanguageModelToolResultPart,
    error: vscode.LanguageModelError,
    // What these classes take is the same in every editor that has them (editor-api.ts).
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    data: (read('LanguageModelDataPart') as EditorParts['data'] | undefined) ?? null,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    thinking: (read('LanguageModelThinkingPart') as EditorParts['thinking'] | undefined) ?? null,
  };
}

/** Undefined where it is not there, or the editor throws because it is a proposal. */
function read(...path: readonly string[]): unknown {
  let found: unknown = vscode;
  try {
    for (const name of path) {
      if (typeof found !== 'object' || found === null) return undefined;
      found = Reflect.get(found, name);
    }
    return found;
  } catch {
    return undefined;
  }
}
