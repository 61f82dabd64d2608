// What runs the core for this window: its own extension host, or a process that outlives the windows.
import type { BridgeLink } from './bridge-link.ts';

/** The process that runs a core. */
export interface Leader {
  readonly pid: number;
  readonly version: string;
  readonly host: {
    /** `vscode`, `jetbrains` or `headless`. */
    readonly kind: string;
    /** Such as `Visual Studio Code`. */
    readonly name: string;
  };
}

export type BackendState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'leading'; readonly url: string }
  | { readonly kind: 'attached'; readonly url: string; readonly leader: Leader }
  | { readonly kind: 'restarting'; readonly reason: string }
  | { readonly kind: 'hung'; readonly leader: Leader | null; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped' };

export interface CoreBackend {
  readonly state: BackendState;
  /** Calls back on every change, until the returned function is called. */
  onState(listener: (state: BackendState) => void): () => void;
  /** Makes the bridge's client; called once. */
  connect(): BridgeLink;
  /** Ends what this window runs; a daemon goes on. Bounded; never rejects. */
  close(): Promise<void>;
}
