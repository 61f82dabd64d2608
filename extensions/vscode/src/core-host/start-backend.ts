import { env, type ExtensionContext, type LogOutputChannel } from 'vscode';
import { createLogStream } from '../log/log-stream.ts';
import { ownVersion } from '../own-version.ts';
import type { ProviderKeys } from '../secrets/provider-keys.ts';
import type { CoreBackend } from './backend.ts';
import { readHostMode } from './host-mode.ts';

export interface StartBackendDependencies {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  /** What is offered to the core. */
  readonly secrets: Pick<ProviderKeys, 'list' | 'onChange'>;
}

/** Loads the core's code behind the activation, which has to be short, and starts it. */
export function createStartBackend({
  context,
  log,
  secrets,
}: StartBackendDependencies): () => Promise<CoreBackend> {
  return async () => {
    const { startOwnCore } = await import('../core-code.ts');
    return startOwnCore({
      mode: readHostMode(),
      environment: process.env,
      editorName: env.appName,
      version: ownVersion(context),
      logStream: createLogStream(log),
      secrets,
      onFault: (error) => log.error(error instanceof Error ? error : String(error)),
    });
  };
}
