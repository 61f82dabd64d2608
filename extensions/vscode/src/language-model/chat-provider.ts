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
  readonly changes: { readonly event: Event<void>; fire(): void };
  readonly log: { warn(message: string): void };
}

export interface ChatProvider extends LanguageModelChatProvider<ModelInformation> {
  /** Looks whether other models are there than before, and tells the editor of it. Never rejects. */
  refresh(): Promise<void>;
  dispose(): void;
}

export function createChatProvider(dependencies: ChatProviderDependencies): ChatProvider {
  const { parts } = dependencies;
  const listing = createModelListing(dependencies);
  const stream = createStreaming(dependencies);
  return {
    onDidChangeLanguageModelChatInformation: dependencies.changes.event,
    provideLanguageModelChatInformation: listing.list,
    refresh: listing.refresh,
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

interface ModelListing {
  list(): Promise<ModelInformation[]>;
  refresh(): Promise<void>;
}

function createModelListing({
  core,
  isCoreRunning,
  changes,
  log,
}: ChatProviderDependencies): ModelListing {
  let known: ModelInformation[] = [];
  let warned = '';
  const warnOnce = (warning: string): void => {
    if (warning !== '' && warning !== warned) log.warn(warning);
    warned = warning;
  };
  const list = async (): Promise<ModelInformation[]> => {
    // The editor waits for every provider before it shows any model; the event tells it of the rest.
    if (!isCoreRunning()) return known;
    try {
      const { models, notices } = await core.call('chat.models', {});
      warnOnce(notices.join(' '));
      known = models.map(modelInformation);
    } catch (error) {
      warnOnce(`The models could not be listed: ${String(error)}`);
    }
    return known;
  };
  return {
    list,
    async refresh() {
      const before = JSON.stringify(known);
      const after = JSON.stringify(await list());
      // 1.105 has no models at all while it takes over a change: none is told that is none.
      if (before !== after) changes.fire();
    },
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
