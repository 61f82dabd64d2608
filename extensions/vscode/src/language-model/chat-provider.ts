// RelayCore's models for the editor's own chat and for other extensions: each answer is a model call
// over the bridge, through the whole pipeline.
import type { ChatPartEvent } from '@relaycore/proxy-core/contract/bridge';
import type { CancellationToken, Event, LanguageModelChatProvider } from 'vscode';
import type { CoreHost } from '../core-host/core-host.ts';
import { chatRequest, type WindowPlace } from './chat-request.ts';
import type { EditorParts, ModelInformation } from './editor-api.ts';
import { tokensOfMessage, tokensOfText } from './estimate-tokens.ts';
import { modelInformation } from './model-information.ts';
import { createAnswerReport, type AnswerReport } from './report-answer.ts';
import { toChatMessages } from './to-chat-messages.ts';
import { toEditorError } from './to-editor-error.ts';

export interface ChatProviderDependencies {
  readonly core: Pick<CoreHost, 'call' | 'on'>;
  readonly parts: EditorParts;
  /** Whether a core can be asked without waiting for one. */
  isCoreRunning(): boolean;
  place(): WindowPlace;
  nextId(): string;
  readonly onDidChange: Event<void>;
  readonly log: { warn(message: string): void };
}

export interface ChatProvider extends LanguageModelChatProvider<ModelInformation> {
  dispose(): void;
}

export function createChatProvider(dependencies: ChatProviderDependencies): ChatProvider {
  const { parts } = dependencies;
  const list = createModelListing(dependencies);
  const stream = createStreaming(dependencies);
  return {
    onDidChangeLanguageModelChatInformation: dependencies.onDidChange,
    provideLanguageModelChatInformation: list,
    // oxlint-disable-next-line max-params -- the editor's own signature
    async provideLanguageModelChatResponse(model, messages, options, progress, token) {
      if (token.isCancellationRequested) return;
      const asked = { model, messages, options, place: dependencies.place() };
      const report = createAnswerReport(parts, progress);
      try {
        await stream.run(chatRequest(asked, parts), report, token);
      } catch (error) {
        // Nobody waits for what became of a call that was cancelled.
        if (!token.isCancellationRequested) throw toEditorError(error, parts);
      }
    },
    provideTokenCount(_, text) {
      const tokens =
        typeof text === 'string'
          ? tokensOfText(text)
          : toChatMessages([text], parts).reduce((sum, one) => sum + tokensOfMessage(one), 0);
      return Promise.resolve(tokens);
    },
    dispose: () => stream.close(),
  };
}

function createModelListing({
  core,
  isCoreRunning,
  log,
}: ChatProviderDependencies): () => Promise<ModelInformation[]> {
  let known: ModelInformation[] = [];
  return async () => {
    // The editor waits for every provider before it shows any model; the event tells it of the rest.
    if (!isCoreRunning()) return known;
    try {
      const { models, notices } = await core.call('chat.models', {});
      for (const notice of notices) log.warn(notice);
      known = models.map(modelInformation);
    } catch (error) {
      log.warn(`The models could not be listed: ${String(error)}`);
    }
    return known;
  };
}

interface Streaming {
  /** Resolves when the answer has been reported, or the call was cancelled. */
  run(
    request: ReturnType<typeof chatRequest>,
    report: AnswerReport,
    token: CancellationToken,
  ): Promise<void>;
  close(): void;
}

function createStreaming({ core, nextId }: ChatProviderDependencies): Streaming {
  const listeners = new Map<string, (event: ChatPartEvent) => void>();
  const stopListening = core.on('chat.event', ({ streamId, event }) =>
    listeners.get(streamId)?.(event),
  );
  return {
    async run(request, report, token) {
      const streamId = nextId();
      listeners.set(streamId, (event) => report.add(event));
      const cancelling = token.onCancellationRequested(() => {
        listeners.delete(streamId);
        core.call('chat.cancel', { streamId }).catch(() => {
          // The core that ran it is gone, and the call with it.
        });
      });
      try {
        const result = await core.call('chat.stream', { streamId, ...request });
        if (!token.isCancellationRequested) report.conclude(result);
      } finally {
        cancelling.dispose();
        listeners.delete(streamId);
      }
    },
    close: stopListening,
  };
}
