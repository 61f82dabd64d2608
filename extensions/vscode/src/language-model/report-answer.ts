// What the core says of an answer, as parts of the editor's own.
import type { ChatPartEvent, ChatResult, ChatUsage } from '@relaycore/proxy-core/contract/bridge';
import type { LanguageModelError, LanguageModelResponsePart, Progress } from 'vscode';
import type { EditorParts } from './editor-api.ts';
import { createThinking } from './thoughts.ts';

export interface AnswerReport {
  add(event: ChatPartEvent): void;
  /** Throws where the answer ended without saying anything, as the provider wanted it. */
  conclude(result: ChatResult): void;
}

export function createAnswerReport(
  parts: EditorParts,
  progress: Progress<LanguageModelResponsePart>,
): AnswerReport {
  const thinking = parts.thinking === null ? null : createThinking(parts.thinking);
  let isEmpty = true;
  // The editor takes these parts by their class; its types know three of them.
  const reportNewer = (part: object): void =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    progress.report(part as LanguageModelResponsePart);
  return {
    add(event) {
      switch (event.type) {
        case 'text':
          isEmpty = false;
          progress.report(new parts.text(event.text));
          break;
        case 'tool-call':
          isEmpty = false;
          progress.report(new parts.toolCall(event.id, event.name, event.arguments));
          break;
        case 'thinking':
          for (const part of thinking?.add(event) ?? []) reportNewer(part);
          break;
      }
    },
    conclude({ endReason, usage }) {
      if (usage !== null && parts.data !== null) {
        reportNewer(new parts.data(encodeUsage(usage), 'usage'));
      }
      const silence = isEmpty ? silenceOf(endReason, parts) : null;
      if (silence !== null) throw silence;
    },
  };
}

/** In OpenAI's shape, as Copilot's chat reads it; its input includes what a prompt cache knew. */
function encodeUsage(usage: ChatUsage): Uint8Array {
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return Buffer.from(
    JSON.stringify({
      prompt_tokens: prompt,
      completion_tokens: usage.outputTokens,
      total_tokens: prompt + usage.outputTokens,
      prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
      completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    }),
  );
}

/** Null where an answer may well be empty. */
function silenceOf(
  reason: ChatResult['endReason'],
  { error }: Pick<EditorParts, 'error'>,
): LanguageModelError | null {
  switch (reason) {
    case 'filtered':
      return error.Blocked('RelayCore: the provider withheld the answer. Ask in other words.');
    case 'refused':
      return error.Blocked('RelayCore: the model declined to answer. Ask in other words.');
    case 'length':
      return new error(
        'RelayCore: the model used its whole answer up before it said anything. Ask for less, or choose a model with a longer answer.',
      );
    case 'stop':
    case 'tool-calls':
    case 'cancelled':
    case 'other':
      return null;
  }
}
