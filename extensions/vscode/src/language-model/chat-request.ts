import type { BridgeParams } from '@relaycore/proxy-core/contract/bridge';
import type {
  LanguageModelChatRequestMessage,
  ProvideLanguageModelChatResponseOptions,
} from 'vscode';
import { requiredToolMode, type EditorParts, type ModelInformation } from './editor-api.ts';
import { toChatMessages } from './to-chat-messages.ts';

/** Where the window stands, for the ledger. */
export interface WindowPlace {
  readonly workspace: string | null;
  readonly branch: string | null;
}

export interface Asked {
  readonly model: Pick<ModelInformation, 'provider' | 'model'>;
  readonly messages: readonly LanguageModelChatRequestMessage[];
  readonly options: ProvideLanguageModelChatResponseOptions;
  readonly place: WindowPlace;
}

/** As which these requests stand in the ledger. */
const client = 'vscode-chat';

export function chatRequest(
  { model, messages, options, place }: Asked,
  parts: EditorParts,
): Omit<BridgeParams<'chat.stream'>, 'streamId'> {
  // A number of the editor's own.
  const toolMode: number = options.toolMode;
  return {
    provider: model.provider,
    model: model.model,
    messages: toChatMessages(messages, parts),
    tools: (options.tools ?? []).map(({ name, description, inputSchema }) => ({
      name,
      description,
      ...(inputSchema === undefined ? {} : { inputSchema: { ...inputSchema } }),
    })),
    toolMode: toolMode === requiredToolMode ? 'required' : 'auto',
    options: optionsForProvider(options.modelOptions),
    client,
    ...(place.workspace === null ? {} : { workspace: place.workspace }),
    ...(place.branch === null ? {} : { branch: place.branch }),
  };
}

/** Names that begin with `_` are notes between extensions, which a provider would refuse. */
function optionsForProvider(
  options: ProvideLanguageModelChatResponseOptions['modelOptions'],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter(
      ([name, value]) => !name.startsWith('_') && value !== undefined && value !== null,
    ),
  );
}
