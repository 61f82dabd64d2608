// One client: reads its calls, has them served, sends answers and the events that it asked for.
import { setTimeout as delay } from 'node:timers/promises';
import type {
  BridgeCaller,
  BridgeCallName,
  BridgeCheckedParams,
  BridgeNotificationParams,
  EventName,
  RpcCall,
  RpcId,
} from '@relaycore/proxy-core/contract/bridge';
import {
  bridgeCloseCodes,
  eventNames,
  maxBridgeBacklogBytes,
  rpcErrorCodes,
} from '@relaycore/proxy-core/contract/bridge';
import type { Channel, ChannelListener } from './channel.ts';
import { readCall, readParams, type Holder } from './read-call.ts';
import type { EventRing, KeptEvent } from './event-ring.ts';
import { describeThrown, errorText, notificationText, resultText, rpcError } from './rpc-texts.ts';

/** Calls of one connection that run at the same time; a client with more has lost count. */
const maxRunningCalls = 128;
/** Parts of an answer that may be on their way; its provider is held back above. */
const maxAheadBytes = 256 * 1024;
const lookAgainMs = 10;
/** Answers that a client asked for and does not read; events have a bound of their own, far below. */
const maxAnswerBacklogBytes = 32 * 1024 * 1024;

export interface ConnectionDependencies {
  readonly ring: EventRing;
  /** Serves a call whose parameters were checked; rejects with what the client is told. */
  serve(name: BridgeCallName, params: unknown, caller: BridgeCaller): Promise<unknown>;
  reportFault(error: unknown, method: string): void;
  onClosed(connection: Connection): void;
}

export class Connection implements BridgeCaller, ChannelListener {
  readonly id: number;
  readonly #channel: Channel;
  readonly #holder: Holder;
  readonly #dependencies: ConnectionDependencies;
  readonly #closing = new AbortController();
  #hasSaidHello = false;
  #running = 0;
  /** How much of the backlog is what the client asked for; the rest of it are events. */
  #asked = 0;
  #names: ReadonlySet<EventName> = new Set();
  #stopListening: () => void = () => {};
  /** Takes no calls any more and closes when the last one has been answered. */
  #isDraining = false;

  constructor(
    dependencies: ConnectionDependencies,
    channel: Channel,
    { id, holder }: { readonly id: number; readonly holder: Holder },
  ) {
    this.#dependencies = dependencies;
    this.#channel = channel;
    this.id = id;
    this.#holder = holder;
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  notify(name: 'chat.event', params: BridgeNotificationParams<'chat.event'>): void | Promise<void> {
    this.#answer(notificationText(name, params));
    if (this.#channel.backlog > maxAheadBytes) return this.#untilTakenIn();
  }

  /** Sends the event where it was asked for. */
  tell(event: KeptEvent): void {
    if (this.#names.has(event.name)) this.#sendEvent(event.text);
  }

  onText(text: string): void {
    const read = readCall(text);
    switch (read.kind) {
      case 'refused':
        this.#answer(errorText(read.id, read.error));
        break;
      case 'nothing':
        break;
      case 'call':
        this.#take(read.id, read.call);
        break;
    }
  }

  onClosed(): void {
    this.#stopListening();
    this.#names = new Set();
    this.#closing.abort();
    this.#dependencies.onClosed(this);
  }

  /** Takes nothing new and closes once what runs has been answered. */
  drain(): void {
    this.#isDraining = true;
    if (this.#running === 0) this.close();
  }

  close(): void {
    this.#channel.close(bridgeCloseCodes.goingAway, 'The core stops or hands over.');
  }

  #take(id: RpcId, call: RpcCall): void {
    if (this.#isDraining) {
      const message = 'The core stops or hands over. Connect again and repeat the call.';
      this.#answer(errorText(id, rpcError('shutting_down', message)));
      return;
    }
    if (this.#running >= maxRunningCalls) {
      const message = `No more than ${maxRunningCalls} calls of one client run at the same time.`;
      this.#answer(errorText(id, rpcError('queue_full', message)));
      return;
    }
    this.#running += 1;
    void this.#run(id, call).finally(() => {
      this.#running -= 1;
      if (this.#isDraining && this.#running === 0) this.close();
    });
  }

  async #run(id: RpcId, call: RpcCall): Promise<void> {
    const read = readParams(call, this.#holder);
    if (read.kind === 'refused') {
      this.#answer(errorText(id, read.error));
      return;
    }
    // At once: calls that come right behind it need not wait for its answer.
    if (read.name === 'hello') this.#hasSaidHello = true;
    if (!this.#hasSaidHello) {
      const message = 'The first call of a connection is hello.';
      const error = rpcError('bad_request', message, rpcErrorCodes.invalidRequest);
      this.#answer(errorText(id, error));
      return;
    }
    if (read.name === 'events.subscribe') {
      this.#subscribe(id, read.params);
      return;
    }
    try {
      const result = await this.#dependencies.serve(read.name, read.params, this);
      this.#answer(resultText(id, result));
    } catch (thrown) {
      const { error, isFault } = describeThrown(thrown);
      if (isFault) this.#dependencies.reportFault(thrown, read.name);
      this.#answer(errorText(id, error));
    }
  }

  /** In one turn of the loop: no event can come between the answer, the missed ones and the next. */
  #subscribe(id: RpcId, params: BridgeCheckedParams<'events.subscribe'>): void {
    const { ring } = this.#dependencies;
    const names = new Set(params.names ?? eventNames);
    const position = ring.position();
    const missed = ring.missedSince(params.since ?? position, names);
    const stopBefore = this.#stopListening;
    this.#stopListening = ring.listen(names);
    stopBefore();
    this.#names = names;
    this.#answer(resultText(id, { ...position, resync: missed.resync }));
    for (const { text } of missed.events) this.#answer(text);
  }

  /** Neither kind of channel says when there is room again, and it is rarely asked. */
  async #untilTakenIn(): Promise<void> {
    while (this.#channel.backlog > maxAheadBytes && !this.signal.aborted) {
      await delay(lookAgainMs, undefined, { ref: false });
    }
  }

  #sendEvent(text: string): void {
    // A long answer on its way is no reason to cut anybody off.
    const { backlog } = this.#channel;
    this.#asked = Math.min(this.#asked, backlog);
    if (backlog - this.#asked > maxBridgeBacklogBytes) this.#channel.cutOff();
    else this.#channel.send(text);
  }

  #answer(text: string): void {
    const before = this.#channel.backlog;
    if (before > maxAnswerBacklogBytes) return this.#channel.cutOff();
    this.#channel.send(text);
    // By the channel's own measure: bytes on one kind, characters on the other.
    this.#asked = Math.min(this.#asked, before) + this.#channel.backlog - before;
  }
}
