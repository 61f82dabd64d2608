import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import type { CoreHost } from './core-host/core-host.ts';
import type { ProviderKeys } from './secrets/provider-keys.ts';

/** What features may use. All of it is there before the core is. */
export interface Services {
  readonly context: ExtensionContext;
  readonly core: CoreHost;
  readonly keys: ProviderKeys;
  readonly log: LogOutputChannel;
}

/** Something that lives as long as the extension does. `activate` is on the way of the start: it registers and returns. */
export interface Feature {
  readonly id: string;
  activate(services: Services): Disposable;
}

/** One entry of the palette; `id` is the one in package.json. */
export interface Command {
  readonly id: string;
  /** Rejections are told to the user, in the words of the error. */
  run(services: Services, ...parameters: readonly unknown[]): Promise<unknown>;
}
