// Thread entry of the store: ledger, disk cache and analytics, apart from the sockets. It loads its
// modules and waits until it is told to begin; only then it opens files.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, type MessagePort } from 'node:worker_threads';
import { systemClock } from '../platform/clock/clock.ts';
import { createLogger } from '../platform/logger/logger.ts';
import { serveRpc, type RpcServer } from '../platform/message-rpc/rpc-server.ts';
import { lowerOwnPriority } from '../platform/own-priority.ts';
import { loadSqlite } from '../platform/sqlite/load-sqlite.ts';
import type { HostToStore, StoreCalls, StoreToHost, StoreWorkerData } from './protocol.ts';
import { createStore, type Store } from './store/store.ts';

/** On a machine whose processors are all busy, streams come before queries. */
const storeNice = 10;

lowerOwnPriority(storeNice);
const host = parentPort;
if (host === null) throw new Error('store-worker runs as a worker thread only');
const tell = (message: StoreToHost): void => host.postMessage(message);
const logger = createLogger({
  level: 'info',
  name: 'store',
  write: (line) => tell({ type: 'log', line }),
});
const sqlite = loadSqlite();
let store: Store | null = null;
let server: RpcServer | null = null;

host.on('message', (message: HostToStore) => {
  if (message.type === 'begin') begin(message.data);
  // The host says `begin` first; to a worker that is only warm it says nothing else.
  if (store !== null) obey(store, message);
});
tell({ type: 'loaded' });

function begin(data: StoreWorkerData): void {
  store = createStore({ sqlite, clock: systemClock, logger }, data);
  if (data.closesOrphans) store.closeOrphans(systemClock.now());
  tell({ type: 'ready' });
}

function obey(opened: Store, message: HostToStore): void {
  switch (message.type) {
    case 'relay-port':
      serve(opened, message.port);
      break;
    case 'close-orphans':
      opened.closeOrphans(message.startedBefore);
      break;
    case 'stop':
      void stop(opened);
      break;
    case 'begin':
      break;
  }
}

/** A second port comes from a relay that took the place of one that died. */
function serve(opened: Store, port: MessagePort): void {
  if (server !== null) {
    server.close();
    opened.closeOrphans(systemClock.now());
  }
  server = serveRpc<StoreCalls>(port, opened.calls);
}

async function stop(opened: Store): Promise<void> {
  // What the relay sent before it stopped may still lie in the port.
  await nextTurn();
  await opened.close();
  server?.close();
  tell({ type: 'stopped' });
  host?.close();
}
