// The latest events, numbered, for clients that come back. Only what somebody listens to, or did a
// while ago, is kept and put into words: where no window is open an event costs a counter.
import { randomUUID } from 'node:crypto';
import {
  eventNames,
  type EventBody,
  type EventName,
  type EventPosition,
} from '@relaycore/proxy-core/contract/bridge';
import { notificationText } from './rpc-texts.ts';

export interface EventRingOptions {
  readonly maxEvents: number;
  /** Of all texts together. */
  readonly maxCharacters: number;
  /** How long events of a name are kept after the last one who listened to it has gone. */
  readonly rememberMs: number;
}

export interface KeptEvent {
  readonly name: EventName;
  readonly seq: number;
  /** The whole notification. */
  readonly text: string;
}

/** What somebody who comes back has missed. */
export interface Missed {
  readonly events: readonly KeptEvent[];
  /** Some that were asked for are gone. */
  readonly resync: boolean;
}

export interface EventRing {
  /** Where the sequence stands. */
  position(): EventPosition;
  /** Numbers the event; null where nobody is interested in it. */
  add<N extends EventName>(name: N, body: EventBody<N>): KeptEvent | null;
  missedSince(since: EventPosition, names: ReadonlySet<EventName>): Missed;
  /** Somebody listens to these names until the returned function is called. */
  listen(names: Iterable<EventName>): () => void;
}

interface Interest {
  listeners: number;
  /** While nobody listens. */
  lastHeardAt: number;
}

export function createEventRing(clock: { now(): number }, options: EventRingOptions): EventRing {
  return new Ring(clock, options);
}

class Ring implements EventRing {
  readonly #clock: { now(): number };
  readonly #options: EventRingOptions;
  readonly #epoch = randomUUID();
  readonly #interests = new Map<EventName, Interest>(
    eventNames.map((name) => [name, { listeners: 0, lastHeardAt: Number.NEGATIVE_INFINITY }]),
  );
  /** Per name the newest event that is not kept. */
  readonly #lost = new Map<EventName, number>();
  #kept: KeptEvent[] = [];
  /** `#kept` begins here: cutting off its head for every event would copy all of it. */
  #head = 0;
  #characters = 0;
  #seq = 0;

  constructor(clock: { now(): number }, options: EventRingOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  position(): EventPosition {
    return { epoch: this.#epoch, seq: this.#seq };
  }

  add<N extends EventName>(name: N, body: EventBody<N>): KeptEvent | null {
    const seq = ++this.#seq;
    if (!this.#isWanted(name)) {
      this.#lost.set(name, seq);
      return null;
    }
    const event: KeptEvent = { name, seq, text: notificationText(name, { ...body, seq }) };
    this.#kept.push(event);
    this.#characters += event.text.length;
    while (this.#isFull()) this.#dropOldest();
    return event;
  }

  missedSince(since: EventPosition, names: ReadonlySet<EventName>): Missed {
    if (since.epoch !== this.#epoch || since.seq > this.#seq) return { events: [], resync: true };
    const resync = [...names].some((name) => (this.#lost.get(name) ?? 0) > since.seq);
    const later = this.#kept.slice(this.#head).filter((event) => event.seq > since.seq);
    return { events: later.filter(({ name }) => names.has(name)), resync };
  }

  listen(names: Iterable<EventName>): () => void {
    const heard = [...names].flatMap((name) => this.#interests.get(name) ?? []);
    for (const interest of heard) interest.listeners += 1;
    return () => {
      for (const interest of heard.splice(0)) {
        interest.listeners -= 1;
        interest.lastHeardAt = this.#clock.now();
      }
    };
  }

  #isWanted(name: EventName): boolean {
    const interest = this.#interests.get(name);
    if (interest === undefined) return false;
    const isRemembered = interest.lastHeardAt + this.#options.rememberMs > this.#clock.now();
    return interest.listeners > 0 || isRemembered;
  }

  #isFull(): boolean {
    const { maxEvents, maxCharacters } = this.#options;
    return this.#kept.length - this.#head > maxEvents || this.#characters > maxCharacters;
  }

  #dropOldest(): void {
    const oldest = this.#kept[this.#head];
    if (oldest === undefined) return;
    this.#lost.set(oldest.name, oldest.seq);
    this.#characters -= oldest.text.length;
    this.#head += 1;
    // Half of the list at most is dead, so that large events are not kept alive behind the bound.
    if (2 * this.#head < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#head);
    this.#head = 0;
  }
}
