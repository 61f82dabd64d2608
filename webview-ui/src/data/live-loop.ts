import { CoreFailure, type FailureKind } from './core-failure.ts';

export interface Visibility {
  isVisible(): boolean;
  /** Calls back on every change, until the returned function is called. */
  onChange(callback: () => void): () => void;
}

export type LiveState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'live'; readonly updatedAt: number }
  /** Tries again by itself. `updatedAt` is null where nothing was ever shown. */
  | {
      readonly kind: 'disconnected' | 'failing';
      readonly message: string;
      readonly updatedAt: number | null;
    }
  /** Needs the user: a new ticket. */
  | { readonly kind: 'locked'; readonly reason: FailureKind };

export interface LiveLoopDependencies {
  /** Asks and shows; rejects with CoreFailure. */
  refresh(): Promise<void>;
  readonly visibility: Visibility;
  readonly now: () => number;
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  onState(state: LiveState): void;
}

export interface LiveLoop {
  /** Once at the beginning, and when the user asks for it. */
  refreshNow(): void;
  close(): void;
}

const intervalMs = 1_000;
const backOffMs = [1_000, 2_000, 4_000, 8_000, 15_000];

/** Refreshes every second while the page is seen, and ever more rarely while the core is gone. */
export function createLiveLoop(dependencies: LiveLoopDependencies): LiveLoop {
  const { visibility, now, after, onState } = dependencies;
  let state: LiveState = { kind: 'loading' };
  let failures = 0;
  let isRunning = false;
  let isClosed = false;
  let cancelTimer = (): void => {};

  const show = (next: LiveState): void => {
    state = next;
    if (!isClosed) onState(next);
  };
  const schedule = (delayMs: number): void => {
    cancelTimer();
    if (!isClosed && visibility.isVisible()) cancelTimer = after(delayMs, () => void run());
  };
  const run = async (): Promise<void> => {
    if (isRunning || isClosed) return;
    isRunning = true;
    cancelTimer();
    try {
      await dependencies.refresh();
      failures = 0;
      show({ kind: 'live', updatedAt: now() });
      schedule(intervalMs);
    } catch (error) {
      failures += 1;
      show(afterFailure(error, updatedAt(state)));
      if (state.kind !== 'locked')
        schedule(backOffMs[Math.min(failures, backOffMs.length) - 1] ?? 0);
    } finally {
      isRunning = false;
    }
  };
  const stopWatching = visibility.onChange(() => {
    if (!visibility.isVisible()) cancelTimer();
    else if (state.kind !== 'locked') void run();
  });
  return {
    refreshNow: () => void run(),
    close() {
      isClosed = true;
      cancelTimer();
      stopWatching();
    },
  };
}

function updatedAt(state: LiveState): number | null {
  return 'updatedAt' in state ? state.updatedAt : null;
}

function afterFailure(error: unknown, shownAt: number | null): LiveState {
  const kind = error instanceof CoreFailure ? error.kind : 'refused';
  const message = error instanceof Error ? error.message : String(error);
  switch (kind) {
    case 'no-ticket':
    case 'ticket-refused':
    case 'session-ended':
      return { kind: 'locked', reason: kind };
    case 'unreachable':
      return { kind: 'disconnected', message, updatedAt: shownAt };
    case 'refused':
      return { kind: 'failing', message, updatedAt: shownAt };
  }
}
