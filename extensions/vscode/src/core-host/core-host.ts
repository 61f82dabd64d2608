// The core as the extension's features see it: a state, calls and notifications, whoever leads and
// however often it is restarted.
import type { CoreBackend } from './backend.ts';
import type { BridgeLink } from './bridge-link.ts';
import { coreStateOf, isRunning, type CoreState, type LinkState } from './core-state.ts';
import { CoreUnavailable } from './core-unavailable.ts';
import { createObservable, type Observable } from './observable.ts';
import { createSubscriptions } from './subscriptions.ts';

export type Unsubscribe = () => void;

export interface CoreHost {
  readonly state: CoreState;
  /** Calls back on every change, not with the state of now. */
  onState(listener: (state: CoreState) => void): Unsubscribe;
  /**
   * Waits some seconds for a core that is about to be there. Rejects with CoreUnavailable where there
   * is none, and with the bridge's own error where the core refuses.
   */
  readonly call: BridgeLink['call'];
  /** Stays subscribed over restarts and changes of the leader. */
  readonly on: BridgeLink['on'];
  /** Once; later calls do nothing. */
  start(): void;
  /** Ends what runs and starts anew. Resolves when that is under way; never rejects. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface CoreHostDependencies {
  /** Loads and starts what runs the core; rejects with a sentence for the user. */
  startBackend(): Promise<CoreBackend>;
  /** Resolves after so many milliseconds, or when the signal says so. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>;
  onFault(error: unknown): void;
}

export interface CoreHostOptions {
  /** How long a call waits for a core. */
  readonly patienceMs: number;
  /** Between two starts of a back end that could not be started at all. */
  readonly retryMs: number;
}

export function createCoreHost(
  dependencies: CoreHostDependencies,
  options: CoreHostOptions,
): CoreHost {
  const state = createObservable<CoreState>({ kind: 'starting' });
  const subscriptions = createSubscriptions();
  let link: BridgeLink | null = null;

  const runs = createRuns((signal) =>
    keepRunning(signal, dependencies, {
      retryMs: options.retryMs,
      onState: state.set,
      onLink(next) {
        link = next;
        subscriptions.use(next);
      },
    }),
  );
  return {
    onState: state.onChange,
    get state() {
      return state.get();
    },
    async call(name, params, callOptions) {
      await untilRunning(state, dependencies, options.patienceMs);
      if (link === null) throw new CoreUnavailable(state.get());
      return link.call(name, params, callOptions);
    },
    on: (name, listener) => subscriptions.add(name, listener),
    start: runs.start,
    restart() {
      state.set({ kind: 'starting' });
      return runs.restart();
    },
    async close() {
      await runs.close();
      state.set({ kind: 'stopped' });
    },
  };
}

interface Runs {
  start(): void;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** One run at a time, until its signal: two back ends at once would be two cores. */
function createRuns(run: (signal: AbortSignal) => Promise<void>): Runs {
  let stopping = new AbortController();
  let ended: Promise<void> | null = null;
  let isClosed = false;
  let last: Promise<void> = Promise.resolve();
  const begin = (): void => {
    stopping = new AbortController();
    ended = run(stopping.signal);
  };
  const end = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  return {
    start() {
      if (ended === null) begin();
    },
    restart() {
      last = last.then(end).then(() => {
        if (!isClosed) begin();
      });
      return last;
    },
    close() {
      isClosed = true;
      last = last.then(end);
      return last;
    },
  };
}

interface Reports {
  readonly retryMs: number;
  onState(state: CoreState): void;
  onLink(link: BridgeLink | null): void;
}

/** Starts the back end until it is there, then follows it until the signal; never rejects. */
async function keepRunning(
  signal: AbortSignal,
  { startBackend, wait, onFault }: CoreHostDependencies,
  { retryMs, onState, onLink }: Reports,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const backend = await startBackend();
      await follow(backend, signal, { onState, onLink });
      return;
    } catch (error) {
      onFault(error);
      const reason = error instanceof Error ? error.message : String(error);
      if (!signal.aborted) onState({ kind: 'failed', reason });
      await wait(retryMs, signal);
    }
  }
}

async function follow(
  backend: CoreBackend,
  signal: AbortSignal,
  { onState, onLink }: Omit<Reports, 'retryMs'>,
): Promise<void> {
  const link = backend.connect();
  let wasOpen = false;
  const update = (): void => {
    wasOpen ||= link.state === 'open';
    const linkState: LinkState = link.state === 'open' ? 'open' : wasOpen ? 'lost' : 'connecting';
    if (!signal.aborted) onState(coreStateOf(backend.state, linkState));
  };
  onLink(link);
  const stops = [backend.onState(update), link.onState(update)];
  update();
  await aborted(signal);
  for (const stop of stops) stop();
  onLink(null);
  link.close();
  await backend.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}

/** At once where waiting cannot help. */
async function untilRunning(
  state: Observable<CoreState>,
  { wait }: Pick<CoreHostDependencies, 'wait'>,
  patienceMs: number,
): Promise<void> {
  if (isRunning(state.get())) return;
  const settled = new AbortController();
  const mayCome = ({ kind }: CoreState): boolean =>
    ['starting', 'restarting', 'reconnecting'].includes(kind);
  const stop = state.onChange((next) => {
    if (!mayCome(next)) settled.abort();
  });
  if (mayCome(state.get())) await wait(patienceMs, settled.signal);
  stop();
  if (!isRunning(state.get())) throw new CoreUnavailable(state.get());
}
