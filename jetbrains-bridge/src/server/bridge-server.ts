// The core's end of the bridge: accepts WebSockets and ports, and tells everybody what happens.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import {
  bridgeHeartbeatMs,
  bridgeProtocol,
  maxBridgeMessageBytes,
  maxKeptEvents,
  type BridgeCaller,
  type BridgeCallName,
  type BridgeHandlers,
  type EventBody,
  type EventName,
  type EventPosition,
} from '@relaycore/proxy-core/contract/bridge';
import { WebSocketServer } from 'ws';
import type { Channel } from './channel.ts';
import { Connection } from './connection.ts';
import { createEventRing, type EventRing } from './event-ring.ts';
import { offersProtocol, readCredentials, refuseUpgrade, type Credentials } from './handshake.ts';
import { createPortChannel } from './port-channel.ts';
import type { Holder } from './read-call.ts';
import { createWebSocketChannel } from './websocket-channel.ts';

export interface BridgeServerDependencies {
  readonly clock: { now(): number };
  readonly handlers: BridgeHandlers;
  /**
   * Whether this request may become a connection: Host, Origin and token. Rejects with an error that
   * has a `code` of the catalogue and a message for people.
   */
  admit(request: IncomingMessage, credentials: Credentials): Promise<Holder>;
  /** Takes failures that are nobody's fault but RelayCore's, for the log. */
  reportFault(error: unknown, method: string): void;
  /** A connection has ended. */
  onLeft(caller: BridgeCaller): void;
}

export interface BridgeServerOptions {
  readonly heartbeatMs: number;
}

export interface BridgeServer {
  /** An upgrade request for the bridge's path. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A client within the process, trusted like the control token. The server owns the port. */
  acceptPort(port: MessagePort): void;
  /** Numbers the event and sends it to whoever asked for it. */
  publish<N extends EventName>(name: N, body: EventBody<N>): void;
  position(): EventPosition;
  /**
   * Accepts nobody new. Connections without a running call close at once, the others when theirs have
   * been answered, at the latest after `drainMs`, when `onCutOff` is called.
   */
  close(drainMs: number, onCutOff: () => void): Promise<void>;
}

/** Memory of the events that are kept; about 1.2 KB each. */
const maxKeptCharacters = 16 * 1024 * 1024;
/** A client that comes back later than this reads the state anew. */
const rememberMs = 10 * 60_000;

export function createBridgeServer(
  dependencies: BridgeServerDependencies,
  options: BridgeServerOptions = { heartbeatMs: bridgeHeartbeatMs },
): BridgeServer {
  return new CoreBridge(dependencies, options);
}

class CoreBridge implements BridgeServer {
  readonly #dependencies: BridgeServerDependencies;
  readonly #heartbeatMs: number;
  readonly #ring: EventRing;
  readonly #connections = new Set<Connection>();
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxBridgeMessageBytes,
    // The peer is on this machine: compressing would cost more than it saves.
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(bridgeProtocol) ? bridgeProtocol : false),
  });
  #nextId = 1;
  #isClosing = false;
  #onEmpty: () => void = () => {};

  constructor(dependencies: BridgeServerDependencies, { heartbeatMs }: BridgeServerOptions) {
    this.#dependencies = dependencies;
    this.#heartbeatMs = heartbeatMs;
    this.#ring = createEventRing(dependencies.clock, {
      maxEvents: maxKeptEvents,
      maxCharacters: maxKeptCharacters,
      rememberMs,
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // The client may leave while its token is looked at; `ws` listens only later.
    const ignore = (): void => {};
    socket.on('error', ignore);
    this.#admit(request).then(
      (holder) => {
        socket.off('error', ignore);
        if (this.#isClosing) socket.destroy();
        else this.#accept(request, { socket, head, holder });
      },
      (error: unknown) => refuseUpgrade(socket, error),
    );
  }

  acceptPort(port: MessagePort): void {
    if (this.#isClosing) port.close();
    else createPortChannel(port, (channel) => this.#connect(channel, 'control'));
  }

  publish<N extends EventName>(name: N, body: EventBody<N>): void {
    const event = this.#ring.add(name, body);
    if (event === null) return;
    for (const connection of this.#connections) connection.tell(event);
  }

  position(): EventPosition {
    return this.#ring.position();
  }

  async close(drainMs: number, onCutOff: () => void): Promise<void> {
    this.#isClosing = true;
    this.#webSockets.close();
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const cutOff = setTimeout(() => {
        onCutOff();
        for (const connection of this.#connections) connection.close();
      }, drainMs);
      this.#onEmpty = () => {
        clearTimeout(cutOff);
        resolve();
      };
      for (const connection of this.#connections) connection.drain();
    });
  }

  async #admit(request: IncomingMessage): Promise<Holder> {
    const holder = await this.#dependencies.admit(request, readCredentials(request));
    if (offersProtocol(request)) return holder;
    const message = `The bridge speaks the WebSocket subprotocol ${bridgeProtocol}; offer it.`;
    throw Object.assign(new Error(message), { code: 'bad_request' });
  }

  #accept(
    request: IncomingMessage,
    { socket, head, holder }: { socket: Duplex; head: Buffer; holder: Holder },
  ): void {
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      createWebSocketChannel(webSocket, this.#heartbeatMs, (channel) =>
        this.#connect(channel, holder),
      );
    });
  }

  #connect(channel: Channel, holder: Holder): Connection {
    const { handlers, reportFault } = this.#dependencies;
    const connection = new Connection(
      {
        ring: this.#ring,
        reportFault,
        serve: async (name, params, caller) => serve(handlers, { name, params }, caller),
        onClosed: (closed) => this.#disconnect(closed),
      },
      channel,
      { id: this.#nextId, holder },
    );
    this.#nextId += 1;
    this.#connections.add(connection);
    return connection;
  }

  #disconnect(connection: Connection): void {
    this.#connections.delete(connection);
    this.#dependencies.onLeft(connection);
    if (this.#connections.size === 0) this.#onEmpty();
  }
}

function serve(
  handlers: BridgeHandlers,
  { name, params }: { readonly name: BridgeCallName; readonly params: unknown },
  caller: BridgeCaller,
): unknown {
  if (name === 'events.subscribe') throw new Error('subscriptions are the connection’s own');
  // The connection has checked the parameters by the schema that the handler's type is made from.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const handler = handlers[name] as (params: unknown, caller: BridgeCaller) => unknown;
  return handler(params, caller);
}
