// One answer in flight for everybody who asked for the same: a sink that fans out. Who joins late
// gets what has passed already; who leaves, leaves alone; the last one to leave ends it.
import { ByteLog } from './byte-log.ts';
import type { AnswerHead, AnswerSink, ClientSink, SinkFeeder } from '../../domain/answer.ts';

class Subscriber implements SinkFeeder {
  readonly sink: ClientSink;
  readonly #flight: Flight;
  /** Offset of the next byte that it gets. */
  next = 0;
  isReady = true;

  constructor(sink: ClientSink, flight: Flight) {
    this.sink = sink;
    this.#flight = flight;
  }

  onDrain(): void {
    this.isReady = true;
    this.#flight.goOn(this);
  }

  onLeave(): void {
    this.#flight.leave(this);
  }
}

/** Kept for those who join late or read slowly; past it nobody joins any more. */
const maxRetainedBytes = 4 * 1024 * 1024;

export class Flight implements AnswerSink {
  feeder: SinkFeeder | null = null;
  #subscribers: readonly Subscriber[] = [];
  readonly #log = new ByteLog();
  #head: AnswerHead | null = null;
  #state: 'open' | 'ended' | 'cut' = 'open';
  #wasJoined = false;

  get hasBegun(): boolean {
    return this.#head !== null;
  }

  /** Whoever was there is gone; before the first one has come nobody has left. */
  get hasLeft(): boolean {
    return this.#wasJoined && this.#subscribers.length === 0;
  }

  get isJoinable(): boolean {
    return this.#log.start === 0 && this.#state === 'open' && this.#log.end <= maxRetainedBytes;
  }

  /** Only while `isJoinable`. */
  join(sink: ClientSink): void {
    this.#wasJoined = true;
    // It may have left while it was waiting for its turn, when nobody listened.
    if (sink.hasLeft) return;
    const subscriber = new Subscriber(sink, this);
    this.#subscribers = [...this.#subscribers, subscriber];
    sink.feeder = subscriber;
    if (this.#head !== null) sink.begin(this.#head);
    this.#deliver(subscriber);
  }

  begin(head: AnswerHead): void {
    this.#head = head;
    for (const { sink } of this.#subscribers) sink.begin(head);
  }

  write(chunk: Buffer): boolean {
    const before = this.#log.end;
    this.#log.append(chunk);
    for (const subscriber of this.#subscribers) this.#hand(subscriber, before, chunk);
    this.#dropDelivered();
    return this.#canTakeMore();
  }

  end(last?: Buffer): void {
    this.#state = 'ended';
    const before = this.#log.end;
    const isEverybodyThere = this.#subscribers.every(
      ({ isReady, next }) => isReady && next === before,
    );
    if (last !== undefined && !isEverybodyThere) this.#log.append(last);
    for (const subscriber of this.#subscribers) {
      if (isEverybodyThere) this.#finish(subscriber, last);
      else this.#deliver(subscriber);
    }
  }

  cut(): void {
    this.#state = 'cut';
    for (const { sink } of this.#subscribers) sink.cut();
  }

  /** A slow reader has room again. */
  goOn(subscriber: Subscriber): void {
    this.#deliver(subscriber);
    if (this.#canTakeMore()) this.feeder?.onDrain();
  }

  leave(subscriber: Subscriber): void {
    this.#remove(subscriber);
    if (this.#subscribers.length === 0) this.feeder?.onLeave();
    else if (this.#canTakeMore()) this.feeder?.onDrain();
  }

  /** Who has had everything before it gets the chunk itself, others what they have not had. */
  #hand(subscriber: Subscriber, before: number, chunk: Buffer): void {
    if (!subscriber.isReady || subscriber.next !== before) return this.#deliver(subscriber);
    subscriber.next += chunk.length;
    subscriber.isReady = subscriber.sink.write(chunk);
  }

  #deliver(subscriber: Subscriber): void {
    const total = this.#log.end;
    const hasEnded = this.#state === 'ended';
    while (subscriber.isReady && subscriber.next < total) {
      const piece = this.#log.from(subscriber.next);
      subscriber.next += piece.length;
      if (hasEnded && subscriber.next === total) return this.#finish(subscriber, piece);
      subscriber.isReady = subscriber.sink.write(piece);
    }
    if (hasEnded && subscriber.next === total) this.#finish(subscriber);
  }

  /** A new list, so that a loop over the old one goes on undisturbed. */
  #remove(subscriber: Subscriber): void {
    this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
  }

  #finish(subscriber: Subscriber, last?: Buffer): void {
    this.#remove(subscriber);
    subscriber.sink.end(last);
  }

  /** A lone slow reader holds the provider back; among several the bound on retained bytes does. */
  #canTakeMore(): boolean {
    let readyCount = 0;
    for (const { isReady } of this.#subscribers) if (isReady) readyCount += 1;
    if (readyCount === this.#subscribers.length) return true;
    return readyCount > 0 && this.#log.end - this.#log.start <= maxRetainedBytes;
  }

  /** Past the bound what everybody has is let go, and with it the possibility to join. */
  #dropDelivered(): void {
    if (this.#log.end - this.#log.start <= maxRetainedBytes) return;
    let slowest = this.#log.end;
    for (const { next } of this.#subscribers) slowest = Math.min(slowest, next);
    this.#log.dropBefore(slowest);
  }
}
