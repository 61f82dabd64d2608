// What a request costs the ledger: CPU a row on the relay's side and on the store's, apart and
// together over the real port. Run with: node test/bench/micro/ledger-ingest.ts [rows]
import { rmSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteLedger } from '../../../proxy-core/src/backends/ledger/remote/remote-ledger.ts';
import { encodeRows } from '../../../proxy-core/src/backends/ledger/row-codec.ts';
import { createSqliteLedger } from '../../../proxy-core/src/backends/ledger/sqlite/sqlite-ledger.ts';
import type { LedgerRow } from '../../../proxy-core/src/domain/ledger-row.ts';
import { systemClock } from '../../../proxy-core/src/platform/clock/clock.ts';
import { createLogger } from '../../../proxy-core/src/platform/logger/logger.ts';
import { createRequestIds } from '../../../proxy-core/src/platform/request-id.ts';
import { loadSqlite } from '../../../proxy-core/src/platform/sqlite/load-sqlite.ts';
import { aLedgerRow, anOpenLedgerRow } from '../../support/ledger-rows.ts';
import { startStoreThread } from '../../support/store-thread.ts';

const rows = Number(process.argv[2] ?? 100_000);
const rowsABatch = 100;
const logger = createLogger({
  level: 'warn',
  name: 'bench',
  write: (line) => process.stderr.write(line),
});
const folder = mkdtempSync(join(tmpdir(), 'relaycore-ingest-'));

interface Figures {
  readonly wallUs: number;
  readonly cpuUs: number;
}

/** Microseconds a row, of this thread and of the whole process. */
async function measure(count: number, work: () => void | Promise<void>): Promise<Figures> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallUs = ((performance.now() - startedAt) * 1000) / count;
  const { user, system } = process.cpuUsage(cpu);
  return { wallUs, cpuUs: (user + system) / count };
}

function print(name: string, { wallUs, cpuUs }: Figures): void {
  const rate = Math.round(1e6 / wallUs).toLocaleString('en');
  console.log(
    `  ${name.padEnd(52)}${wallUs.toFixed(2).padStart(7)} µs${cpuUs.toFixed(2).padStart(9)} µs CPU${rate.padStart(12)} rows/s`,
  );
}

function* batches<Row>(all: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < all.length; from += rowsABatch)
    yield all.slice(from, from + rowsABatch);
}

function openRow(closed: LedgerRow): LedgerRow {
  const { requestId, startedAt } = closed;
  return anOpenLedgerRow({ requestId, startedAt });
}

async function relaySide(closed: readonly LedgerRow[]): Promise<void> {
  const calls = {
    appendRows: () => Promise.resolve(),
    usage: () => Promise.reject(new Error('not asked')),
    requests: () => Promise.reject(new Error('not asked')),
  };
  const ledger = createRemoteLedger({ clock: systemClock, logger });
  ledger.attach(calls);
  print(
    'relay: write() and encode',
    await measure(closed.length, () => closed.forEach((row) => ledger.write(row))),
  );
  await ledger.close();
}

async function storeSide(closed: readonly LedgerRow[]): Promise<void> {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new Error('This Node has no SQLite.');
  const ledger = createSqliteLedger({ sqlite, clock: systemClock, logger }, { dataDir: folder });
  const append = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) await ledger.appendEncoded(text);
  };
  const opened = [...batches(closed.map(openRow))].map(encodeRows);
  const ended = [...batches(closed)].map(encodeRows);
  print('store: decode and insert open rows', await measure(closed.length, () => append(opened)));
  print(
    'store: decode and replace them by closed rows',
    await measure(closed.length, () => append(ended)),
  );
  const later = closed.map((row) => ({ ...row, startedAt: row.startedAt + 1e9 }));
  const fresh = [...batches(later)].map(encodeRows);
  print('store: decode and insert closed rows', await measure(closed.length, () => append(fresh)));
  await ledger.close();
  const bytes = statSync(join(folder, 'ledger.db')).size / (2 * closed.length);
  console.log(`  ${Math.round(bytes)} bytes a row in the file`);
}

/** Both threads, the port between them, batches as the relay makes them. */
async function together(closed: readonly LedgerRow[]): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'relaycore-ingest-'));
  const store = await startStoreThread(dataDir);
  const { ledger } = store.connect();
  const figures = await measure(closed.length, async () => {
    for (const batch of batches(closed)) {
      for (const row of batch) ledger.write(row);
      // As under load: the relay's loop turns between bursts.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ledger.flush();
  });
  print('relay and store over a port, until all is durable', figures);
  await ledger.close();
  await store.stop();
  rmSync(dataDir, { recursive: true });
}

try {
  const nextId = createRequestIds(() => Date.now());
  const start = Date.now();
  const closed = Array.from({ length: rows }, (_, index) =>
    aLedgerRow({ requestId: nextId(), startedAt: start + index, session: `s${index % 500}` }),
  );
  console.log(`${rows} rows, ${rowsABatch} a batch; wall clock and CPU of the process, a row`);
  for (let round = 0; round < 3; round++) await relaySide(closed);
  await storeSide(closed);
  await together(closed);
} finally {
  rmSync(folder, { recursive: true });
}
