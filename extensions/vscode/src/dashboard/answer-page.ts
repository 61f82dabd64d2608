// Answers the page in the webview: reads go over the bridge, buttons to commands. Whatever else the page
// may send is not answered, since a page is the least trusted part of the extension.
import { pageMessageSchema, type PageHostMessage } from '@relaycore/proxy-core/contract/bridge';
import type { CoreHost } from '../core-host/core-host.ts';

export interface AnswerPageDependencies {
  readonly core: Pick<CoreHost, 'call'>;
  /** Whether a call failed because there is no core. */
  isUnavailable(error: unknown): boolean;
  createToken(): void;
  restartCore(): void;
}

/** The answer to a call; null: none is due. Never rejects. */
export async function answerPage(
  message: unknown,
  { core, isUnavailable, createToken, restartCore }: AnswerPageDependencies,
): Promise<PageHostMessage | null> {
  const parsed = pageMessageSchema.safeParse(message);
  if (!parsed.success) return null;
  const { data } = parsed;
  if (data.type === 'command') {
    if (data.command === 'create-token') createToken();
    else restartCore();
    return null;
  }
  const { id, name, params } = data;
  try {
    // The core checks the parameters by the schema of the call.
    const result = await core.call(name, params);
    return { type: 'result', id, result };
  } catch (error) {
    const kind = isUnavailable(error) ? 'unreachable' : 'refused';
    const text = error instanceof Error ? error.message : String(error);
    return { type: 'failure', id, kind, message: text };
  }
}
