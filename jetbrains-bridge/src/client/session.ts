// One connection to the core: calls and their answers, and what the core tells by itself.
import {
  bridgeCalls,
  rpcServerMessageSchema,
  type BridgeCallName,
  type BridgeParams,
  type BridgeResult,
} from '@relaycore/proxy-core/contract/bridge';
import { BridgeError, errorCodeOf } from '../bridge-error.ts';
import type { Dial, Transport, TransportListener } from './transport.ts';

export interface SessionListener {
  onNotification(name: string, params: Readonly<Record<string, unknown>>): void;
}

export interface Session {
  /** Rejects with BridgeError: the core's own, or `shutting_down` where the connection ends first. */
  call<N extends BridgeCallName>(
    name: N,
    params: BridgeParams<N>,
    signal?: AbortSignal,
  ): Promise<BridgeResult<N>>;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function openSession(
  dial: Dial,
  listener: SessionListener,
  signal: AbortSignal,
): Promise<Session> {
  const session = new RpcSession(listener);
  session.transport = await dial(session, signal);
  return session;
}

interface PendingCall {
  readonly name: BridgeCallName;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

class RpcSession implements Session, TransportListener {
  transport: Transport | null = null;
  readonly #listener: SessionListener;
  readonly #pending = new Map<number, PendingCall>();
  readonly #ended = Promise.withResolvers<void>();
  #nextId = 1;
  #hasEnded = false;

  constructor(listener: SessionListener) {
    this.#listener = listener;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async call<N extends BridgeCallName>(
    name: N,
    params: BridgeParams<N>,
    signal?: AbortSignal,
  ): Promise<BridgeResult<N>> {
    signal?.throwIfAborted();
    if (this.#hasEnded) throw connectionLost();
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    const { resolve, reject } = answer;
    const onAbort = (): void => {
      this.#pending.delete(id);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#pending.set(id, { name, resolve, reject });
    this.transport?.send(JSON.stringify({ jsonrpc: '2.0', id, method: name, params }));
    try {
      const result = bridgeCalls[name].result.safeParse(await answer.promise);
      if (!result.success) throw otherForm(name);
      // The schema is the one that the type is made from, which the compiler cannot follow.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return result.data as BridgeResult<N>;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.transport?.close();
    this.onClosed();
  }

  onText(text: string): void {
    const message = rpcServerMessageSchema.safeParse(parse(text));
    if (!message.success) return;
    if ('method' in message.data) {
      this.#listener.onNotification(message.data.method, message.data.params);
      return;
    }
    const { id } = message.data;
    const call = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (call === undefined || typeof id !== 'number') return;
    this.#pending.delete(id);
    if ('error' in message.data) {
      const { message: reason, data } = message.data.error;
      call.reject(new BridgeError(errorCodeOf(data?.code ?? 'internal'), reason));
    } else {
      call.resolve(message.data.result);
    }
  }

  onClosed(): void {
    this.#hasEnded = true;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(connectionLost());
    this.#ended.resolve();
  }
}

function connectionLost(): BridgeError {
  const message = 'The connection to RelayCore was lost before the answer came. Try again.';
  return new BridgeError('shutting_down', message);
}

function otherForm(name: string): BridgeError {
  const message = `RelayCore answered ${name} in a form that this version does not know. Update both.`;
  return new BridgeError('upstream_invalid', message);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
