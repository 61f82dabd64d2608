// The other end of a connection as a test writes it: any text out, every text in.
import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { WebSocket } from 'ws';

/* oxlint-disable typescript/no-explicit-any -- what comes is what the tests are about */
/** What the core sends, unchecked. */
export interface Message {
  readonly id?: any;
  readonly method?: any;
  readonly params?: any;
  readonly result?: any;
  readonly error?: any;
}
/* oxlint-enable typescript/no-explicit-any */

export interface RawClient {
  /** Text as it is, anything else as JSON. */
  send(message: unknown): void;
  /** The next message that has come, or comes. */
  next(): Promise<Message>;
  /** Sends a call, returns its answer; what came before it is dropped. */
  call(method: string, params?: object): Promise<Message>;
  /** Resolves when the connection has ended, with the code of a WebSocket. */
  readonly closed: Promise<number>;
  close(): void;
}

export function rawPort(port: MessagePort): RawClient {
  const inbox = createInbox();
  port.on('message', (text: unknown) => inbox.put(String(text)));
  const closed = new Promise<number>((resolve) => port.once('close', () => resolve(0)));
  return createRaw(inbox, {
    send: (text) => port.postMessage(text),
    close: () => port.close(),
    closed,
  });
}

export async function rawWebSocket(
  url: string,
  options: { token?: string; protocols?: string[]; headers?: Record<string, string> },
): Promise<RawClient & { readonly socket: WebSocket }> {
  const { token, protocols = ['relaycore.v1'], headers = {} } = options;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, protocols, { headers: { ...authorization, ...headers } });
  const inbox = createInbox();
  socket.on('message', (data: Buffer) => inbox.put(data.toString('utf8')));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  socket.on('error', () => {});
  const raw = createRaw(inbox, {
    send: (text) => socket.send(text),
    close: () => socket.close(),
    closed,
  });
  return { ...raw, socket };
}

interface Inbox {
  put(text: string): void;
  next(): Promise<Message>;
}

function createInbox(): Inbox {
  const messages: Message[] = [];
  const readers: ((message: Message) => void)[] = [];
  return {
    put(text) {
      const message = JSON.parse(text) as Message;
      const reader = readers.shift();
      if (reader === undefined) messages.push(message);
      else reader(message);
    },
    next() {
      const message = messages.shift();
      if (message !== undefined) return Promise.resolve(message);
      return new Promise((resolve) => readers.push(resolve));
    },
  };
}

function createRaw(
  inbox: Inbox,
  wire: { send(text: string): void; close(): void; closed: Promise<number> },
): RawClient {
  let nextId = 1000;
  const send = (message: unknown): void =>
    wire.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    send,
    next: () => inbox.next(),
    async call(method, params) {
      const id = nextId++;
      send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
      for (;;) {
        const message = await inbox.next();
        if (message.id === id) return message;
      }
    },
    closed: wire.closed,
    close: wire.close,
  };
}

export const helloParams = { client: { kind: 'cli', name: 'test', version: '1' } } as const;
