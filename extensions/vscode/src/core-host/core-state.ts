// How this window stands to the core, as one value that status bar, commands and tests look at.
import type { BackendState, Leader } from './backend.ts';

export type CoreState =
  | { readonly kind: 'starting' }
  /** The core runs in this window's extension host. */
  | { readonly kind: 'leading'; readonly url: string }
  /** The core runs in another process, and the bridge to it is open. */
  | { readonly kind: 'attached'; readonly url: string; readonly leader: Leader }
  /** A part of the core in this window has died. It is started again by itself. */
  | { readonly kind: 'restarting'; readonly reason: string }
  /** The bridge was open. It is opened again, to the same leader or the next, often within a blink. */
  | { readonly kind: 'reconnecting' }
  /** The leading process lives and does not answer. It is asked again, and never raced. */
  | { readonly kind: 'hung'; readonly leader: Leader | null; readonly reason: string }
  /** Cannot run; `reason` says what to do. It is tried again by itself. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped' };

export type RunningState = Extract<CoreState, { kind: 'leading' | 'attached' }>;

/** Of the bridge. `lost`: was open before. */
export type LinkState = 'connecting' | 'open' | 'lost';

/** Whether requests are served and the core can be asked, as far as this window knows. */
export function isRunning(state: CoreState): state is RunningState {
  return state.kind === 'leading' || state.kind === 'attached';
}

/** What to tell the user, from what the process that runs the core says and how the bridge stands. */
export function coreStateOf(backend: BackendState, link: LinkState): CoreState {
  switch (backend.kind) {
    case 'starting':
      return link === 'lost' ? { kind: 'reconnecting' } : { kind: 'starting' };
    case 'leading':
    case 'attached':
      return link === 'open'
        ? backend
        : link === 'lost'
          ? { kind: 'reconnecting' }
          : { kind: 'starting' };
    case 'restarting':
    case 'hung':
    case 'failed':
    case 'stopped':
      return backend;
  }
}
