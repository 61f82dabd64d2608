// The serving end: runs handlers for the calls that come in over a port.
import type { MessagePort } from 'node:worker_threads';
import {
  pack,
  unpack,
  type CallHandlers,
  type RpcRequest,
  type RpcResponse,
} from './rpc-message.ts';

export interface RpcServer {
  /** Closes the port; results of calls still running are dropped. */
  close(): void;
}

type Handler = (...args: readonly unknown[]) => unknown;

/**
 * Serves the calls of `createRpcClient` at the other end of the port, begun in the order in which
 * they come; a handler that answers later holds back none behind it. Of an error that a handler
 * throws the caller gets `code` (where it is a string, else `internal`) and message. The server owns
 * the port. `onClosed` is called once when the port closes, from whichever end.
 */
export function serveRpc<Calls extends object>(
  port: MessagePort,
  handlers: CallHandlers<Calls>,
  onClosed: () => void = () => {},
): RpcServer {
  const served = new Map(Object.entries<Handler>(handlers));
  const respond = (response: RpcResponse): void => {
    if (!('result' in response)) {
      port.postMessage(response);
      return;
    }
    const { value, transfer } = pack(response.result);
    port.postMessage({ id: response.id, result: value }, transfer);
  };
  port.on('message', ({ id, method, args }: RpcRequest) => {
    const fail = (error: unknown): void => respond({ id, error: wireError(error) });
    try {
      const handler = served.get(method);
      if (handler === undefined) throw unknownMethod(method);
      const result = handler(...args.map((argument) => unpack(argument)));
      if (result instanceof Promise)
        result.then((value) => respond({ id, result: value })).catch(fail);
      else respond({ id, result });
    } catch (error) {
      fail(error);
    }
  });
  port.on('close', onClosed);
  return { close: () => port.close() };
}

function unknownMethod(method: string): Error {
  return Object.assign(new Error(`There is no call named ${method}.`), { code: 'not_found' });
}

function wireError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'internal', message: 'Something was thrown.' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
  return { code, message: error.message };
}
