import type { MessagePort } from 'node:worker_threads';
import { isReceipt } from '../port/port-frames.ts';
import type { Channel, ChannelListener } from './channel.ts';

/** A connection from within the process. It owns the port; closing tells the other end nothing more. */
export function createPortChannel(
  port: MessagePort,
  listen: (channel: Channel) => ChannelListener,
): void {
  const channel = new PortChannel(port);
  const listener = listen(channel);
  port.on('message', (frame: unknown) => {
    if (typeof frame === 'string') listener.onText(frame);
    else if (isReceipt(frame)) channel.take(frame.received);
  });
  port.once('close', () => listener.onClosed());
}

class PortChannel implements Channel {
  readonly #port: MessagePort;
  #backlog = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  get backlog(): number {
    return this.#backlog;
  }

  send(text: string): void {
    this.#backlog += text.length;
    this.#port.postMessage(text);
  }

  take(received: number): void {
    this.#backlog = Math.max(0, this.#backlog - received);
  }

  close(): void {
    this.#port.close();
  }

  cutOff(): void {
    this.#port.close();
  }
}
