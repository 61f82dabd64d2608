// Who listens to what, and how far the sequence of events was heard: what a reconnect goes on from.
import {
  bridgeNotifications,
  eventBodies,
  type BridgeNotificationName,
  type BridgeNotificationParams,
  type BridgeParams,
  type BridgeResult,
  type EventName,
  type EventPosition,
} from '@relaycore/proxy-core/contract/bridge';

type Listener = (params: never) => void;

export interface EventFeedDependencies {
  /** Takes what a listener throws. */
  onFault(error: unknown): void;
  /** The set of events that somebody listens to is another now. */
  onNamesChanged(): void;
  /** Events were lost: whoever keeps state by them reads it anew. */
  onResync(): void;
}

export class EventFeed {
  readonly #dependencies: EventFeedDependencies;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Per name, since a subscription that is replaced repeats what was on its way. */
  readonly #heard = new Map<string, number>();
  #position: EventPosition | null = null;

  constructor(dependencies: EventFeedDependencies) {
    this.#dependencies = dependencies;
  }

  on<N extends BridgeNotificationName>(
    name: N,
    listener: (params: BridgeNotificationParams<N>) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    // One of its own, so that the same function can listen twice.
    const own = (params: BridgeNotificationParams<N>): void => listener(params);
    listeners.add(own);
    if (listeners.size === 1) this.#dependencies.onNamesChanged();
    return () => {
      if (listeners.delete(own) && listeners.size === 0) this.#dependencies.onNamesChanged();
    };
  }

  /** A connection begins, whose sequence stands there. */
  begin(position: EventPosition): void {
    if (this.#position === null || this.#names().length === 0) this.#restart(position);
  }

  /** What to subscribe to; null while there is no connection to begin from. */
  subscription(): BridgeParams<'events.subscribe'> | null {
    return this.#position === null ? null : { since: this.#position, names: this.#names() };
  }

  subscribed({ epoch, seq, resync }: BridgeResult<'events.subscribe'>): void {
    if (epoch !== this.#position?.epoch) this.#restart({ epoch, seq });
    if (resync) this.#dependencies.onResync();
  }

  receive(name: string, params: Readonly<Record<string, unknown>>): void {
    const listeners = this.#listeners.get(name);
    if (!isNotification(name)) return;
    const { seq } = params;
    if (typeof seq === 'number' && this.#position !== null) {
      if (seq <= (this.#heard.get(name) ?? 0)) return;
      this.#heard.set(name, seq);
      const { epoch } = this.#position;
      this.#position = { epoch, seq: Math.max(seq, this.#position.seq) };
    }
    if (listeners === undefined || listeners.size === 0) return;
    const parsed = bridgeNotifications[name].safeParse(params);
    if (!parsed.success) return;
    for (const listener of listeners) this.#tell(listener, parsed.data);
  }

  #tell(listener: Listener, params: object): void {
    try {
      // Listeners stand under the name whose schema has just been passed.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      listener(params as never);
    } catch (error) {
      this.#dependencies.onFault(error);
    }
  }

  #restart(position: EventPosition): void {
    this.#position = position;
    this.#heard.clear();
  }

  #names(): EventName[] {
    return [...this.#listeners]
      .filter(([, listeners]) => listeners.size > 0)
      .map(([name]) => name)
      .filter((name): name is EventName => Object.hasOwn(eventBodies, name));
  }
}

function isNotification(name: string): name is BridgeNotificationName {
  return Object.hasOwn(bridgeNotifications, name);
}
