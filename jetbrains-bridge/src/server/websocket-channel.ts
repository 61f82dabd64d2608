import type { WebSocket } from 'ws';
import type { Channel, ChannelListener } from './channel.ts';

/** How long the other end may take to answer a close frame. */
const closeGraceMs = 1000;

/**
 * A connection over a WebSocket, with a ping every `heartbeatMs`; one that has not answered the ping
 * before is cut off.
 */
export function createWebSocketChannel(
  socket: WebSocket,
  heartbeatMs: number,
  listen: (channel: Channel) => ChannelListener,
): void {
  let isAlive = true;
  const listener = listen(new WebSocketChannel(socket));
  const heartbeat = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, heartbeatMs);
  heartbeat.unref();
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('message', (data, isBinary) => {
    isAlive = true;
    // `ws` gives one Buffer unless told otherwise, and has checked that a text is UTF-8.
    if (!isBinary && Buffer.isBuffer(data)) listener.onText(data.toString('utf8'));
    else socket.close(1003, 'Messages are JSON texts.');
  });
  // A frame that is no frame, or too large: `ws` closes the socket with the right code.
  socket.on('error', () => {});
  socket.once('close', () => {
    clearInterval(heartbeat);
    listener.onClosed();
  });
}

class WebSocketChannel implements Channel {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    const timer = setTimeout(() => this.#socket.terminate(), closeGraceMs);
    timer.unref();
    this.#socket.once('close', () => clearTimeout(timer));
  }

  cutOff(): void {
    this.#socket.terminate();
  }
}
