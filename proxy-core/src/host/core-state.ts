import type { ErrorCode } from '../contract/error-codes.ts';
import type { Instance } from '../contract/instance.ts';

/** The core that serves, where it is not this process. */
export interface LeaderInfo {
  readonly pid: number;
  readonly version: string;
  readonly host: Instance['host'];
  /** Random per start of a core. */
  readonly epoch: string;
}

/** How a core host is right now; what a status bar tells the user. */
export type CoreState =
  /** Looking for a leader, or becoming it. */
  | { readonly kind: 'starting' }
  /** Serves in this process. */
  | { readonly kind: 'leading'; readonly url: string }
  /** Leads, but a worker has died and is started again: the relay's port is closed meanwhile. */
  | {
      readonly kind: 'restarting';
      readonly url: string;
      readonly worker: 'relay' | 'store';
      /** Of what killed it, for the user. */
      readonly message: string;
      readonly restartInMs: number;
    }
  /** Another process serves; the standby takes over when that one goes. */
  | {
      readonly kind: 'attached';
      readonly url: string;
      readonly leader: LeaderInfo;
      readonly isStandby: boolean;
    }
  /** Somebody holds the lead and does not answer: suspended, or in a debugger. It is never raced. */
  | {
      readonly kind: 'hung';
      readonly leader: LeaderInfo | null;
      /** Says what to do. */
      readonly message: string;
    }
  /** Cannot lead; it is tried again by itself. */
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      /** Says what to do. */
      readonly message: string;
      readonly retryInMs: number;
    }
  | { readonly kind: 'closed' };

export type CoreStateListener = (state: CoreState) => void;

/** Holds the one state and tells of its changes. */
export interface CoreStateHolder {
  current(): CoreState;
  set(state: CoreState): void;
  /** Returns how to stop it. */
  onChange(listener: CoreStateListener): () => void;
}

/** `onFault` takes what a listener throws: it must not reach who leads, in the middle of it. */
export function createCoreStateHolder(onFault: (error: unknown) => void): CoreStateHolder {
  const listeners = new Set<CoreStateListener>();
  let current: CoreState = { kind: 'starting' };
  const tell = (listener: CoreStateListener, state: CoreState): void => {
    try {
      listener(state);
    } catch (error) {
      onFault(error);
    }
  };
  return {
    current: () => current,
    set(state) {
      // What is closed stays closed, whatever ends after it.
      if (current.kind === 'closed' || isSame(current, state)) return;
      current = state;
      for (const listener of listeners) tell(listener, state);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function isSame(one: CoreState, other: CoreState): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
