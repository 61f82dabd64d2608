import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import type { CoreHost } from './core-host/core-host.ts';
import type { KeyOffers } from './secrets/offer-keys.ts';
import type { ProviderKeys } from './secrets/provider-keys.ts';

/** What features may use. All of it is there before the core is. */
export interface Services {
  readonly context: ExtensionContext;
  readonly core: CoreHost;
  readonly keys: ProviderKeys;
  readonly offers: KeyOffers;
  readonly log: LogOutputChannel;
}

/** Something that lives as long as the extension does. */
export interface Feature {
  readonly id: string;
  /** On the way of the editor's start: it registers and returns. */
  activate(services: Services): Disposable;
}

/** One entry of the palette; `id` is the one in package.json. */
export interface Command {
  readonly id: string;
  /** Rejections are told to the user, in the words of the error. The result is for callers by code. */
  run(services: Services, parameter?: unknown): Promise<unknown>;
}
