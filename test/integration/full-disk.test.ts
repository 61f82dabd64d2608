// Real SQLITE_FULL without a full disk: a database that may not grow beyond so many pages.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { cacheBackends } from '../../proxy-core/src/backends/cache/registry.ts';
import { ledgerBackends } from '../../proxy-core/src/backends/ledger/registry.ts';
import type { StoreLedger } from '../../proxy-core/src/backends/ledger/store-ledger.ts';
import type { LedgerRow } from '../../proxy-core/src/domain/ledger-row.ts';
import type { SqliteModule } from '../../proxy-core/src/platform/sqlite/load-sqlite.ts';
import { aCachedAnswer } from '../support/cached-answers.ts';
import { aLedgerRow, noon } from '../support/ledger-rows.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { createRecordingLogger, type RecordingLogger } from '../support/recording-logger.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

/** A disk of so many pages, to be made larger. */
class SmallDisk {
  readonly sqlite: SqliteModule;
  /** Called before each transaction. */
  onBegin: () => void = () => {};
  readonly #databases = new Set<DatabaseSync>();
  #pages: number;

  constructor(pages: number) {
    this.#pages = pages;
    const limit = (database: DatabaseSync): void => {
      this.#databases.add(database);
      database.exec(`PRAGMA max_page_count = ${this.#pages}`);
    };
    const begin = (): void => this.onBegin();
    class LimitedDatabase extends DatabaseSync {
      constructor(path: string) {
        super(path);
        limit(this);
      }

      override exec(sql: string): void {
        if (sql.startsWith('BEGIN')) begin();
        super.exec(sql);
      }
    }
    this.sqlite = { DatabaseSync: LimitedDatabase } as unknown as SqliteModule;
  }

  resize(pages: number): void {
    this.#pages = pages;
    for (const database of this.#databases) {
      try {
        database.exec(`PRAGMA max_page_count = ${pages}`);
      } catch {
        this.#databases.delete(database);
      }
    }
  }
}

function rows(from: number, count: number): LedgerRow[] {
  return Array.from({ length: count }, (_, index) =>
    aLedgerRow({ requestId: `r${from + index}`, startedAt: noon + from + index }),
  );
}

describe('with a full disk', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let logger: RecordingLogger;

  beforeEach(() => {
    folder = temporaryFolder('full');
    clock = createManualClock();
    logger = createRecordingLogger();
  });

  afterEach(() => folder.remove());

  describe('the ledger', () => {
    let disk: SmallDisk;
    let ledger: StoreLedger;

    const open = (pages: number, maxPendingBytes = 1_000_000): void => {
      disk = new SmallDisk(pages);
      ledger = ledgerBackends.sqlite(
        { sqlite: disk.sqlite, clock, logger },
        { dataDir: folder.path, maxPendingBytes },
      );
    };
    const count = async (): Promise<number> => (await ledger.usage({})).totals.requests;

    it('keeps what it cannot write, says so, and writes it by itself when it can', async () => {
      open(8);
      await ledger.append(rows(0, 10));
      let isWritten = false;
      const waiting = ledger.append(rows(10, 500)).then(() => (isWritten = true));
      const later = ledger.append(rows(510, 5));
      assert.equal(ledger.health().state, 'degraded');
      assert.match(ledger.health().notices.join(), /full\)\. 505 rows wait in memory/);
      assert.equal(await count(), 10);
      clock.advance(60_000);
      assert.equal(isWritten, false);
      disk.resize(1_000_000);
      clock.advance(30_000);
      await Promise.all([waiting, later]);
      assert.equal(await count(), 515);
      assert.deepEqual(ledger.health(), { state: 'ok', notices: [] });
      assert.deepEqual([logger.messages('error').length, logger.messages('info').length], [1, 1]);
      await ledger.append(rows(515, 1));
      await ledger.close();
      assert.equal(clock.timers, 0);
    });

    it('tries again with growing pauses, half a minute at most', () => {
      open(8);
      void ledger.append(rows(0, 500)).catch(() => undefined);
      const tries = new Set<number>();
      const start = clock.now();
      disk.onBegin = () => tries.add(clock.now() - start);
      clock.advance(100_000);
      assert.deepEqual([...tries], [500, 1500, 3500, 7500, 15_500, 31_500, 61_500, 91_500]);
      return ledger.close();
    });

    it('refuses rows past its bound, counts them in the log once a minute, and loses no others', async () => {
      open(8, 200_000);
      await ledger.append(rows(0, 10));
      const results: Promise<boolean>[] = [];
      for (let from = 10; from < 1010; from += 100) {
        results.push(
          ledger.append(rows(from, 100)).then(
            () => true,
            (error: unknown) => {
              assert.equal((error as { code: string }).code, 'storage_failed');
              return false;
            },
          ),
        );
      }
      disk.resize(1_000_000);
      clock.advance(30_000);
      const kept = (await Promise.all(results)).filter(Boolean).length;
      assert.ok(kept > 0 && kept < 10, `${kept} batches`);
      assert.equal(await count(), 10 + kept * 100);
      const losses = logger.lines.filter(({ msg }) => msg.includes('are lost'));
      assert.equal(losses.length, 1);
      await ledger.close();
    });

    it('starts where there is no room for a single page, and goes on when there is', async () => {
      open(1);
      assert.equal(ledger.health().state, 'degraded');
      const waiting = ledger.append(rows(0, 3));
      await assert.rejects(ledger.usage({}), { code: 'storage_failed' });
      await assert.rejects(ledger.closeOrphans(noon), { code: 'storage_failed' });
      disk.resize(1_000_000);
      clock.advance(30_000);
      await waiting;
      assert.equal(await count(), 3);
      await ledger.close();
    });

    it('closes in any case, and tells who waits that the rows are lost', async () => {
      open(8);
      const waiting = ledger.append(rows(0, 500));
      const rejected = assert.rejects(waiting, { code: 'storage_failed' });
      await ledger.close();
      await rejected;
      assert.equal(clock.timers, 0);
      assert.equal(logger.messages('error').at(-1), 'The ledger closes without rows that wait.');
    });

    it('leaves out a malformed row, not the others of its batch', async () => {
      open(1_000_000);
      const bad = { ...aLedgerRow({ requestId: 'bad' }), outcome: null } as unknown as LedgerRow;
      await ledger.append([...rows(0, 2), bad, ...rows(2, 2)]);
      assert.equal(await count(), 4);
      assert.equal(ledger.health().state, 'ok');
      assert.equal(logger.lines.find(({ level }) => level === 'error')?.['rows'], 1);
      await ledger.close();
    });

    it('deletes rows past their time, at once and as time goes by, also thousands of them', async () => {
      open(1_000_000);
      const day = 86_400_000;
      const old = rows(0, 1800).map((row, index) => ({
        ...row,
        startedAt: noon - 9 * day + index,
      }));
      await ledger.append([...old, ...rows(5000, 3)]);
      ledger.setRetentionDays(8);
      await ledger.usage({});
      for (let turn = 0; turn < 50 && (await count()) > 3; turn++);
      assert.equal(await count(), 3);
      clock.advance(9 * day);
      for (let turn = 0; turn < 50 && (await count()) > 0; turn++);
      assert.equal(await count(), 0);
      ledger.setRetentionDays(null);
      await ledger.close();
      assert.equal(clock.timers, 0);
    });
  });

  describe('the disk cache', () => {
    it('drops what it cannot write, with a line a minute at most, and recovers', async () => {
      const disk = new SmallDisk(30);
      const cache = cacheBackends.sqlite(
        { sqlite: disk.sqlite, clock, logger },
        { dataDir: folder.path, secret: Buffer.alloc(32, 1), maxBytes: 10_000_000 },
      );
      const put = (name: string): unknown => {
        const answer = aCachedAnswer(name, {
          body: Buffer.alloc(5000, name),
          expiresAt: noon + 3_600_000,
        });
        cache.put(answer);
        return cache.get(answer.key);
      };
      const found = Array.from({ length: 30 }, (_, index) => put(`${index}`));
      assert.notEqual(found[0], null);
      assert.equal(found.at(-1), null);
      assert.equal(cache.health().state, 'degraded');
      assert.equal(logger.messages('warn').length, 1);
      const { entries, bytes } = await cache.stats();
      assert.equal(entries, found.filter((answer) => answer !== null).length);
      assert.ok(bytes > entries * 5000 && bytes < entries * 6000);
      clock.advance(60_000);
      put('again');
      assert.equal(logger.messages('warn').length, 2);
      disk.resize(1_000_000);
      assert.notEqual(put('room'), null);
      assert.deepEqual(cache.health(), { state: 'ok', notices: [] });
      await cache.close();
      assert.equal(clock.timers, 0);
    });

    it('finds out by itself that there is room again, though no answer comes', async () => {
      const disk = new SmallDisk(30);
      const cache = cacheBackends.sqlite(
        { sqlite: disk.sqlite, clock, logger },
        { dataDir: folder.path, secret: Buffer.alloc(32, 1), maxBytes: 10_000_000 },
      );
      const body = Buffer.alloc(200_000, 'x');
      cache.put(aCachedAnswer('large', { body, expiresAt: noon + 3_600_000 }));
      assert.equal(cache.health().state, 'degraded');
      disk.resize(1_000_000);
      clock.advance(5_000);
      assert.deepEqual(cache.health(), { state: 'ok', notices: [] });
      assert.equal(logger.messages('info').at(-1), 'The disk cache can be used again.');
      await cache.close();
    });
  });
});
