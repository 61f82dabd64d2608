// What a request costs the ledger: CPU a row on the relay's side and on the store's, apart and
// together over the real port. Run with: node test/bench/micro/ledger-ingest.ts [rows]
import { rmSync, mkdtempSync } from 'node:fs';
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

const rows = Number(process.argv[2] ?? 50_000);
const rowsABatch = 100;
const rounds = 5;
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

async function relaySide(closed: readonly LedgerRow[]): Promise<Figures> {
  const calls = {
    appendRows: () => Promise.resolve(),
    usage: () => Promise.reject(new Error('not asked')),
    requests: () => Promise.reject(new Error('not asked')),
  };
  const ledger = createRemoteLedger({ clock: systemClock, logger });
  ledger.attach(calls);
  const figures = await measure(closed.length, () => closed.forEach((row) => ledger.write(row)));
  await ledger.close();
  return figures;
}

/** Short requests come as one closed row; longer ones as an open row and, a batch later, a closed one. */
async function storeSide(closed: readonly LedgerRow[], isLong: boolean): Promise<Figures> {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new Error('This Node has no SQLite.');
  const dataDir = mkdtempSync(join(folder, 'store-'));
  const ledger = createSqliteLedger({ sqlite, clock: systemClock, logger }, { dataDir });
  const ended = [...batches(closed)].map(encodeRows);
  const opened = isLong ? [...batches(closed.map(openRow))].map(encodeRows) : [];
  const rowCount = closed.length * (isLong ? 2 : 1);
  const figures = await measure(rowCount, async () => {
    for (let batch = 0; batch <= ended.length; batch++) {
      for (const text of [opened[batch], ended[batch - 1]]) {
        if (text !== undefined) await ledger.appendEncoded(text);
      }
    }
  });
  await ledger.close();
  rmSync(dataDir, { recursive: true });
  return figures;
}

/** Both threads, the port between them, batches as the relay makes them. */
async function together(closed: readonly LedgerRow[]): Promise<Figures> {
  const dataDir = mkdtempSync(join(folder, 'thread-'));
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
  await ledger.close();
  await store.stop();
  rmSync(dataDir, { recursive: true });
  return figures;
}

/** The first round warms up; of the others the one with the least CPU, as machines are noisy. */
async function best(name: string, round: () => Promise<Figures>): Promise<void> {
  const figures: Figures[] = [];
  for (let count = 0; count <= rounds; count++) figures.push(await round());
  const [least] = figures.slice(1).toSorted((a, b) => a.cpuUs - b.cpuUs);
  if (least !== undefined) print(name, least);
}

try {
  const nextId = createRequestIds(() => Date.now());
  const start = Date.now();
  const closed = Array.from({ length: rows }, (_, index) =>
    aLedgerRow({ requestId: nextId(), startedAt: start + index, session: `s${index % 500}` }),
  );
  console.log(`${rows} requests, ${rowsABatch} rows a batch; a row, best of ${rounds} rounds`);
  await best('relay: write() and encode', () => relaySide(closed));
  await best('store: decode and write, short requests', () => storeSide(closed, false));
  await best('store: decode and write, opened and closed', () => storeSide(closed, true));
  await best('both, over a port, until all is durable', () => together(closed));
} finally {
  rmSync(folder, { recursive: true });
}
