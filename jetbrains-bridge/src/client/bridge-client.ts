// The client of the bridge: stays connected to whichever core leads, and misses no event on the way
// from one connection to the next.
import type {
  BridgeCallName,
  BridgeNotificationName,
  BridgeNotificationParams,
  BridgeParams,
  BridgeResult,
  HelloResult,
} from '@relaycore/proxy-core/contract/bridge';
import { BridgeError } from '../bridge-error.ts';
import { createCoreDial, type CoreAddress } from './dial-core.ts';
import { EventFeed } from './event-feed.ts';
import { createRetryDelays } from './retry-delays.ts';
import { openSession, type Session } from './session.ts';
import type { Dial } from './transport.ts';

export type BridgeState = 'connecting' | 'open' | 'closed';

export interface BridgeClientOptions extends CoreAddress {
  readonly client: BridgeParams<'hello'>['client'];
  /** How long a call waits for a connection; default 10 s. */
  readonly waitForCoreMs?: number;
  /** Takes what a listener of the caller throws. */
  onFault?(error: unknown): void;
}

export interface CallOptions {
  /** Stops waiting; what the core has begun goes on. */
  readonly signal?: AbortSignal;
}

export interface BridgeClient {
  readonly state: BridgeState;
  /** Why there is no connection, in words for people; null while there is one. */
  readonly problem: BridgeError | null;
  /** What the core said to the last `hello`; null before the first. */
  readonly hello: HelloResult | null;
  /** Calls back when the state changes, or the reason for having no connection does. */
  onState(listener: (state: BridgeState) => void): () => void;
  /**
   * Waits a while where there is no connection. Rejects with BridgeError; `shutting_down` where the
   * connection was lost meanwhile, so that it is not known whether the call was done.
   */
  call<N extends BridgeCallName>(
    name: N,
    params: BridgeParams<N>,
    options?: CallOptions,
  ): Promise<BridgeResult<N>>;
  /** Calls back for each notification, over all reconnects, until the returned function is called. */
  on<N extends BridgeNotificationName>(
    name: N,
    listener: (params: BridgeNotificationParams<N>) => void,
  ): () => void;
  /** Events were lost on the way (another core leads, or too many were missed): read the state anew. */
  onResync(listener: () => void): () => void;
  /** Tries at once instead of waiting for the next attempt: the caller knows that a core is there. */
  retry(): void;
  close(): void;
}

const defaultWaitMs = 10_000;

/** Begins to connect at once, and again whenever the connection ends, until it is closed. */
export function connectBridge(options: BridgeClientOptions): BridgeClient {
  return startClient(options, createCoreDial(options));
}

/** The same over another way to the core. */
export function startClient(
  options: Omit<BridgeClientOptions, keyof CoreAddress>,
  dial: Dial,
): BridgeClient {
  const client = new ReconnectingClient(options, dial);
  void client.run();
  return client;
}

class ReconnectingClient implements BridgeClient {
  readonly #options: Omit<BridgeClientOptions, keyof CoreAddress>;
  readonly #dial: Dial;
  readonly #feed: EventFeed;
  readonly #delays = createRetryDelays();
  readonly #closing = new AbortController();
  readonly #stateListeners = new Set<(state: BridgeState) => void>();
  readonly #resyncListeners = new Set<() => void>();
  /** Resolve with the connection that is open then. */
  readonly #waiting = new Set<(session: Session) => void>();
  #state: BridgeState = 'connecting';
  #problem: BridgeError | null = null;
  #hello: HelloResult | null = null;
  #session: Session | null = null;
  #isSubscribing = false;

  constructor(options: Omit<BridgeClientOptions, keyof CoreAddress>, dial: Dial) {
    this.#options = options;
    this.#dial = dial;
    this.#feed = new EventFeed({
      onFault: (error) => options.onFault?.(error),
      onNamesChanged: () => this.#subscribeSoon(),
      onResync: () => this.#tellAll(this.#resyncListeners),
    });
  }

  get state(): BridgeState {
    return this.#state;
  }

  get problem(): BridgeError | null {
    return this.#problem;
  }

  get hello(): HelloResult | null {
    return this.#hello;
  }

  onState(listener: (state: BridgeState) => void): () => void {
    return added(this.#stateListeners, listener);
  }

  onResync(listener: () => void): () => void {
    return added(this.#resyncListeners, listener);
  }

  on<N extends BridgeNotificationName>(
    name: N,
    listener: (params: BridgeNotificationParams<N>) => void,
  ): () => void {
    return this.#feed.on(name, listener);
  }

  async call<N extends BridgeCallName>(
    name: N,
    params: BridgeParams<N>,
    { signal }: CallOptions = {},
  ): Promise<BridgeResult<N>> {
    const session = await this.#openSession(signal);
    return session.call(name, params, signal);
  }

  retry(): void {
    this.#delays.retryNow();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#closing.abort();
    this.#session?.close();
    this.#become('closed', null);
  }

  /** Never rejects; resolves when the client is closed. */
  async run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#connectOnce(signal);
      if (!signal.aborted) await this.#delays.next(signal);
    }
  }

  async #connectOnce(signal: AbortSignal): Promise<void> {
    let session: Session | null = null;
    try {
      const listener = {
        onNotification: (name: string, params: Readonly<Record<string, unknown>>) =>
          this.#feed.receive(name, params),
      };
      session = await openSession(this.#dial, listener, signal);
      const hello = await session.call('hello', { client: this.#options.client });
      this.#hello = hello;
      this.#feed.begin({ epoch: hello.epoch, seq: hello.seq });
      this.#session = session;
      await this.#subscribe();
      if (signal.aborted) return;
      this.#delays.connected();
      this.#become('open', null);
      for (const resume of [...this.#waiting]) resume(session);
      await session.ended;
      if (!signal.aborted) this.#become('connecting', null);
    } catch (error) {
      if (!signal.aborted) this.#become('connecting', asBridgeError(error));
    } finally {
      this.#session = null;
      session?.close();
    }
  }

  async #subscribe(): Promise<void> {
    const subscription = this.#feed.subscription();
    if (this.#session === null || subscription === null) return;
    this.#feed.subscribed(await this.#session.call('events.subscribe', subscription));
  }

  /** Once for all listeners that come or go in one turn of the loop. */
  #subscribeSoon(): void {
    // Also while the first subscription of a connection is on its way: it does not have these names.
    if (this.#isSubscribing || this.#session === null) return;
    this.#isSubscribing = true;
    queueMicrotask(() => {
      this.#isSubscribing = false;
      // Where it fails the connection has ended, and the next one subscribes to all.
      this.#subscribe().catch(() => undefined);
    });
  }

  #openSession(signal: AbortSignal | undefined): Promise<Session> {
    if (this.#state === 'closed') return Promise.reject(closedError());
    if (this.#state === 'open' && this.#session !== null) return Promise.resolve(this.#session);
    const { promise, resolve, reject } = Promise.withResolvers<Session>();
    const signals = [this.#closing.signal, ...(signal === undefined ? [] : [signal])];
    const given = AbortSignal.any(signals);
    const onAbort = (): void => reject(this.#closing.signal.aborted ? closedError() : given.reason);
    const timer = setTimeout(
      () => reject(this.#problem ?? asBridgeError(null)),
      this.#options.waitForCoreMs ?? defaultWaitMs,
    );
    given.addEventListener('abort', onAbort, { once: true });
    if (given.aborted) onAbort();
    this.#waiting.add(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      given.removeEventListener('abort', onAbort);
      this.#waiting.delete(resolve);
    });
  }

  #become(state: BridgeState, problem: BridgeError | null): void {
    const isSame = state === this.#state && problem?.message === this.#problem?.message;
    this.#state = state;
    this.#problem = problem;
    if (!isSame) this.#tellAll(this.#stateListeners);
  }

  #tellAll(listeners: ReadonlySet<(state: BridgeState) => void>): void {
    for (const listener of listeners) {
      try {
        listener(this.#state);
      } catch (error) {
        this.#options.onFault?.(error);
      }
    }
  }
}

function added<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function closedError(): BridgeError {
  return new BridgeError('shutting_down', 'This client of RelayCore is closed.');
}

function asBridgeError(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const message = 'RelayCore cannot be reached.';
  return new BridgeError('upstream_unreachable', message, { cause: error });
}
