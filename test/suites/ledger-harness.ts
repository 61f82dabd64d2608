// Every ledger back end behind one interface, so that one suite holds for all.

import { MessageChannel } from 'node:worker_threads';
import assert from 'node:assert/strict';
import { ledgerBackends } from '../../proxy-core/src/backends/ledger/registry.ts';
import type { LedgerStoreCalls } from '../../proxy-core/src/backends/ledger/remote/remote-ledger.ts';
import type { StoreLedger } from '../../proxy-core/src/backends/ledger/store-ledger.ts';
import type { Ledger } from '../../proxy-core/src/domain/ledger.ts';
import { systemClock } from '../../proxy-core/src/platform/clock/clock.ts';
import { createRpcClient } from '../../proxy-core/src/platform/message-rpc/rpc-client.ts';
import { serveRpc } from '../../proxy-core/src/platform/message-rpc/rpc-server.ts';
import { loadSqlite } from '../../proxy-core/src/platform/sqlite/load-sqlite.ts';
import { createRecordingLogger } from '../support/recording-logger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export type LedgerBackend = keyof typeof ledgerBackends;

/** Missing a back end here is a type error. */
const creators: Record<LedgerBackend, () => Ledger> = {
  memory: () => ledgerBackends.memory({ now: () => Date.now() }),
  sqlite: createSqlite,
  remote: createRemote,
};

export const ledgerBackendNames: LedgerBackend[] = Object.keys(ledgerBackends) as LedgerBackend[];

export function createLedger(backend: LedgerBackend): Ledger {
  return creators[backend]();
}

function createSqlite(): StoreLedger {
  const folder = temporaryFolder('ledger');
  const sqlite = loadSqlite();
  assert.ok(sqlite !== null);
  const ledger = ledgerBackends.sqlite(
    { sqlite, clock: systemClock, logger: createRecordingLogger() },
    { dataDir: folder.path },
  );
  return Object.assign(ledger, {
    close: async (): Promise<void> => {
      await Object.getPrototypeOf(ledger).close.call(ledger);
      folder.remove();
    },
  });
}

/** The relay's side, a real port, and SQLite behind it. */
function createRemote(): Ledger {
  const store = createSqlite();
  const { port1, port2 } = new MessageChannel();
  serveRpc<LedgerStoreCalls>(port1, {
    appendRows: (rowsJson) => store.appendEncoded(rowsJson),
    usage: (query) => store.usage(query),
    requests: (query) => store.requests(query),
  });
  const client = createRpcClient<LedgerStoreCalls>(port2);
  const remote = ledgerBackends.remote({ clock: systemClock, logger: createRecordingLogger() });
  remote.attach(client.calls);
  return {
    append: async (rows) => {
      for (const row of rows) remote.write(row);
      await remote.flush();
    },
    usage: (query) => remote.usage(query),
    requests: (query) => remote.requests(query),
    closeOrphans: (endedAt) => store.closeOrphans(endedAt),
    close: async () => {
      await remote.close();
      client.close();
      await store.close();
    },
  };
}
