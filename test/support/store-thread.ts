// The real store worker in a thread of its own, with the relay's ends of it, as the host connects them.

import { once } from 'node:events';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { cacheBackends } from '../../proxy-core/src/backends/cache/registry.ts';
import type { RemoteCache } from '../../proxy-core/src/backends/cache/remote/remote-cache.ts';
import { ledgerBackends } from '../../proxy-core/src/backends/ledger/registry.ts';
import type { RemoteLedger } from '../../proxy-core/src/backends/ledger/remote/remote-ledger.ts';
import { errorCatalogue, type ErrorCode } from '../../proxy-core/src/contract/error-codes.ts';
import { RelayError } from '../../proxy-core/src/domain/relay-error.ts';
import { systemClock } from '../../proxy-core/src/platform/clock/clock.ts';
import {
  createRpcClient,
  type RpcClient,
} from '../../proxy-core/src/platform/message-rpc/rpc-client.ts';
import type {
  HostToStore,
  StoreCalls,
  StoreToHost,
  StoreWorkerData,
} from '../../proxy-core/src/workers/protocol.ts';
import { createRecordingLogger, type LogLine } from './recording-logger.ts';

const workerUrl = new URL('../../proxy-core/src/workers/store-worker.ts', import.meta.url);

export interface RelayEnd {
  readonly client: RpcClient<StoreCalls>;
  readonly ledger: RemoteLedger;
  readonly cache: RemoteCache;
}

export interface StoreThread {
  /** What the store logged so far. */
  readonly logs: readonly LogLine[];
  /** Hands the store a port, as when a relay has started, and the ends to a relay. */
  connect(relay?: Pick<RelayEnd, 'ledger' | 'cache'>): RelayEnd;
  /** Asks it to stop; resolves with its exit code. */
  stop(): Promise<number>;
  /** Ends the thread in the middle of whatever it does. */
  terminate(): Promise<void>;
}

export async function startStoreThread(
  dataDir: string,
  cacheSecret: Uint8Array | null = Buffer.alloc(32, 1),
): Promise<StoreThread> {
  const data: StoreWorkerData = { dataDir, cacheSecret, closesOrphans: true };
  const worker = new Worker(workerUrl);
  const logs: LogLine[] = [];
  const exited = once(worker, 'exit') as Promise<[number]>;
  const ready = Promise.withResolvers<void>();
  worker.on('error', ready.reject);
  worker.on('message', (message: StoreToHost) => {
    if (message.type === 'ready') ready.resolve();
    if (message.type === 'log') logs.push(JSON.parse(message.line) as LogLine);
  });
  const post = (message: HostToStore, transfer: readonly MessagePort[] = []): void =>
    worker.postMessage(message, transfer);
  post({ type: 'begin', data });
  await ready.promise;
  return {
    logs,
    connect(relay) {
      const { port1, port2 } = new MessageChannel();
      post({ type: 'relay-port', port: port1 }, [port1]);
      const createError = (code: string, message: string): RelayError =>
        new RelayError(
          Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : 'internal',
          message,
        );
      const client = createRpcClient<StoreCalls>(port2, { createError });
      const dependencies = { clock: systemClock, logger: createRecordingLogger() };
      const ledger = relay?.ledger ?? ledgerBackends.remote(dependencies);
      const cache = relay?.cache ?? cacheBackends.remote(dependencies);
      ledger.attach(client.calls);
      cache.attach(client.calls);
      return { client, ledger, cache };
    },
    async stop() {
      post({ type: 'stop' });
      const [code] = await exited;
      return code;
    },
    async terminate() {
      await worker.terminate();
    },
  };
}
