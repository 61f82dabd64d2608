// One keep-alive connection of the load: bare sockets without pipelining. Measured against undici's Pool this is what
// leaves the load's CPU to spare: an undici client costs more a request than the raw proxy it is to measure.

import { connect, type Socket } from 'node:net';
import { createMessageReader, type MessageReader } from './message-reader.ts';

export interface ResponseSink {
  /** A piece of the body, valid during the call only. */
  body?(bytes: Buffer): void;
  /** The response's end; 0 where the connection failed instead. */
  end(status: number): void;
}

export interface Connection {
  /** Sends one request; the former one must have ended. Connects when needed. */
  send(request: Buffer, sink: ResponseSink): void;
  /** Reads at most one buffer (64 KB), then waits so long before the next: a slow reader. 0 reads on. */
  readSlowly(pauseMs: number): void;
  /** Leaves at once, whatever is under way. */
  destroy(): void;
}

export function createConnection(port: number): Connection {
  let socket: Socket | undefined;
  let reader: MessageReader;
  let sink: ResponseSink | undefined;
  let status = 0;
  let slowMs = 0;
  let isLeaving = false;

  const settle = (result: number): void => {
    const current = sink;
    sink = undefined;
    current?.end(result);
  };
  const newReader = (): MessageReader =>
    createMessageReader('response', {
      head: (head) => {
        status = Number(head.slice(9, 12));
      },
      body: (bytes) => sink?.body?.(bytes),
      end: () => settle(status),
    });
  const open = (): Socket => {
    reader = newReader();
    const opened: Socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(65_536),
        callback: (length, buffer) => {
          reader.push((buffer as Buffer).subarray(0, length));
          if (slowMs === 0) return true;
          setTimeout(() => opened.resume(), slowMs);
          return false;
        },
      },
    });
    opened.on('end', () => reader.finish());
    opened.on('error', () => opened.destroy());
    opened.on('close', () => {
      if (socket === opened) socket = undefined;
      if (!isLeaving) settle(0);
    });
    return opened;
  };
  return {
    send: (request, to) => {
      sink = to;
      socket ??= open();
      socket.write(request);
    },
    readSlowly: (pauseMs) => {
      slowMs = pauseMs;
    },
    destroy: () => {
      isLeaving = true;
      sink = undefined;
      socket?.destroy();
    },
  };
}
