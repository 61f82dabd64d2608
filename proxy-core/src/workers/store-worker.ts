// Thread entry of the store: ledger, disk cache and analytics, apart from the sockets.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { systemClock } from '../platform/clock/clock.ts';
import { createLogger } from '../platform/logger/logger.ts';
import { serveRpc, type RpcServer } from '../platform/message-rpc/rpc-server.ts';
import { loadSqlite } from '../platform/sqlite/load-sqlite.ts';
import type { HostToStore, StoreCalls, StoreToHost, StoreWorkerData } from './protocol.ts';
import { createStore } from './store/store.ts';

const host = parentPort;
if (host === null) throw new Error('store-worker runs as a worker thread only');
const tell = (message: StoreToHost): void => host.postMessage(message);
const logger = createLogger({
  level: 'info',
  name: 'store',
  write: (line) => tell({ type: 'log', line }),
});
// The host hands over what protocol.ts says; both come from the same build.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const data = workerData as StoreWorkerData;
const store = createStore({ sqlite: loadSqlite(), clock: systemClock, logger }, data);
let server: RpcServer | null = null;

host.on('message', (message: HostToStore) => {
  switch (message.type) {
    case 'relay-port':
      serve(message.port);
      break;
    case 'stop':
      void stop();
      break;
  }
});

store.closeOrphans();
tell({ type: 'ready' });

/** A second port comes from a relay that took the place of one that died. */
function serve(port: MessagePort): void {
  if (server !== null) {
    server.close();
    store.closeOrphans();
  }
  server = serveRpc<StoreCalls>(port, store.calls);
}

async function stop(): Promise<void> {
  // What the relay sent before it stopped may still lie in the port.
  await nextTurn();
  await store.close();
  server?.close();
  tell({ type: 'stopped' });
  host?.close();
}
