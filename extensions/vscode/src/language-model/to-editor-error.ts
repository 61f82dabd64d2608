// Failures of a model call as the editor's errors, which keep their words on the way to the chat.
import type { LanguageModelError } from 'vscode';
import type { EditorParts } from './editor-api.ts';

const notFound: ReadonlySet<string> = new Set(['no_provider', 'not_found']);
const noPermissions: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden']);
const blocked: ReadonlySet<string> = new Set(['budget_exceeded', 'secret_blocked', 'rate_limited']);

/** Everything else has no code of the editor's, and the message says what to do. */
export function toEditorError(
  error: unknown,
  { error: EditorError }: Pick<EditorParts, 'error'>,
): LanguageModelError {
  if (error instanceof EditorError) return error;
  const message = `RelayCore: ${error instanceof Error ? error.message : String(error)}`;
  const code = codeOf(error);
  if (notFound.has(code)) return EditorError.NotFound(message);
  if (noPermissions.has(code)) return EditorError.NoPermissions(message);
  if (blocked.has(code)) return EditorError.Blocked(message);
  return new EditorError(message);
}

function codeOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : '';
}
