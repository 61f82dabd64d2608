// The calling end: every method of `Calls` as a function that returns a promise.
import type { MessagePort } from 'node:worker_threads';
import {
  pack,
  unpack,
  type RemoteCalls,
  type RpcRequest,
  type RpcResponse,
} from './rpc-message.ts';

export interface RpcClientOptions {
  /** Makes the error that a failed call rejects with. Default: an Error with the property `code`. */
  readonly createError?: (code: string, message: string) => Error;
}

export interface RpcClient<Calls> {
  readonly calls: RemoteCalls<Calls>;
  /** Closes the port; pending calls are rejected with `shutting_down`, later ones too. */
  close(): void;
}

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Calls the functions that `serveRpc` serves at the other end of the port. Calls are sent in order.
 * Bytes in arguments and results arrive as Buffers. The client owns the port.
 */
export function createRpcClient<Calls extends object>(
  port: MessagePort,
  options: RpcClientOptions = {},
): RpcClient<Calls> {
  const connection = new RpcConnection(port, options.createError ?? createPlainError);
  const functions = new Map<string, (...args: readonly unknown[]) => Promise<unknown>>();
  const functionFor = (method: string): ((...args: readonly unknown[]) => Promise<unknown>) => {
    const known = functions.get(method);
    if (known !== undefined) return known;
    const created = (...args: readonly unknown[]): Promise<unknown> =>
      connection.call(method, args);
    functions.set(method, created);
    return created;
  };
  const calls = new Proxy(
    {},
    {
      get: (_target, name) =>
        // `then` would make a promise of whatever awaits the object.
        typeof name === 'symbol' || name === 'then' ? undefined : functionFor(name),
    },
  );
  return {
    // The other end is typed by the same interface; a port cannot prove more.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    calls: calls as RemoteCalls<Calls>,
    close: () => connection.close(),
  };
}

class RpcConnection {
  readonly #port: MessagePort;
  readonly #createError: (code: string, message: string) => Error;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  #isClosed = false;

  constructor(port: MessagePort, createError: (code: string, message: string) => Error) {
    this.#port = port;
    this.#createError = createError;
    port.on('message', (response: RpcResponse) => this.#settle(response));
    port.on('close', () => this.#rejectAll());
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(this.#closedError());
    const id = this.#nextId++;
    const packed = args.map((argument) => pack(argument));
    return new Promise((resolve, reject) => {
      const request: RpcRequest = { id, method, args: packed.map(({ value }) => value) };
      this.#port.postMessage(
        request,
        packed.flatMap(({ transfer }) => transfer),
      );
      this.#pending.set(id, { resolve, reject });
    });
  }

  close(): void {
    this.#port.close();
    this.#rejectAll();
  }

  #settle(response: RpcResponse): void {
    const call = this.#pending.get(response.id);
    if (call === undefined) return;
    this.#pending.delete(response.id);
    if ('error' in response) {
      call.reject(this.#createError(response.error.code, response.error.message));
    } else {
      call.resolve(unpack(response.result));
    }
  }

  #rejectAll(): void {
    this.#isClosed = true;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(this.#closedError());
  }

  #closedError(): Error {
    return this.#createError('shutting_down', 'The other thread has closed the connection.');
  }
}

function createPlainError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
