import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LedgerReader } from '../../proxy-core/src/domain/ledger.ts';
import { aCachedAnswer } from '../support/cached-answers.ts';
import { startChild, type RunningChild } from '../support/child-process.ts';
import { aLedgerRow, anOpenLedgerRow, noon } from '../support/ledger-rows.ts';
import { seedLedger } from '../support/seed-ledger.ts';
import { startStoreThread, type StoreThread } from '../support/store-thread.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const ingestProcess = new URL('../support/ingest-process.ts', import.meta.url);
const readOnlyProcess = new URL('../support/read-only-process.ts', import.meta.url);

function startScript(script: URL, dataDir: string): RunningChild {
  const command = [process.execPath, ...process.execArgv, fileURLToPath(script), dataDir];
  return startChild(command, { env: process.env });
}

async function until(condition: () => Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('It did not happen in time.');
    await sleep(50);
  }
}

async function outcomes(ledger: LedgerReader): Promise<Record<string, string>> {
  const { requests } = await ledger.requests({ limit: 1000 });
  return Object.fromEntries(requests.map(({ requestId, outcome }) => [requestId, outcome]));
}

describe('the store worker', () => {
  let folder: TemporaryFolder;
  let dataDir: string;
  const threads: StoreThread[] = [];

  const start = async (directory = dataDir, secret?: Buffer): Promise<StoreThread> => {
    const store = await startStoreThread(directory, secret);
    threads.push(store);
    return store;
  };

  beforeEach(() => {
    folder = temporaryFolder('store');
    dataDir = folder.path;
  });

  afterEach(async () => {
    await Promise.all(threads.splice(0).map((store) => store.terminate()));
    folder.remove();
  });

  it('keeps rows and answers over a restart, in files of the owner only', async () => {
    const first = await start();
    const relay = first.connect();
    relay.ledger.write(aLedgerRow({ requestId: 'a' }));
    const answer = aCachedAnswer('a', { expiresAt: Date.now() + 60_000 });
    relay.cache.put(answer);
    await Promise.all([relay.ledger.close(), relay.cache.close()]);
    assert.equal(await first.stop(), 0);
    assert.deepEqual(readdirSync(dataDir).toSorted(), ['cache.db', 'ledger.db']);
    for (const name of readdirSync(dataDir)) {
      assert.equal(statSync(join(dataDir, name)).mode & 0o777, 0o600, name);
    }
    const second = (await start()).connect();
    assert.deepEqual(await outcomes(second.ledger), { a: 'completed' });
    assert.deepEqual(await second.cache.get(answer.key), answer);
    const { ledger, cache, notices } = await second.client.calls.health();
    assert.deepEqual([ledger, cache, notices], ['ok', 'ok', []]);
  });

  it('shows no answer to who reads the files, nor to a core with another secret', async () => {
    const first = await start();
    const relay = first.connect();
    const body = Buffer.from('{"content":"a very private answer"}');
    const answer = aCachedAnswer('a', { body, expiresAt: Date.now() + 60_000 });
    relay.cache.put(answer);
    await relay.cache.close();
    await first.stop();
    const file = readFileSync(join(dataDir, 'cache.db'));
    assert.equal(file.includes('very private'), false);
    assert.equal(file.includes('gpt-4o-mini'), true);
    const other = (await start(dataDir, Buffer.alloc(32, 2))).connect();
    assert.equal(await other.cache.get(answer.key), null);
    assert.equal((await other.client.calls.cacheFingerprints()).length, 0);
  });

  it('closes the open rows of a relay that was replaced, not those of the new one', async () => {
    const store = await start();
    const crashed = store.connect();
    crashed.ledger.write(anOpenLedgerRow({ requestId: 'old', startedAt: Date.now() - 1000 }));
    await crashed.ledger.flush();
    const next = store.connect();
    next.ledger.write(anOpenLedgerRow({ requestId: 'new', startedAt: Date.now() + 1000 }));
    await next.ledger.flush();
    assert.deepEqual(await outcomes(next.ledger), { old: 'interrupted', new: 'open' });
    await assert.rejects(crashed.client.calls.health(), { code: 'shutting_down' });
  });

  it('gets everything that its predecessor had not confirmed when it died', async () => {
    const first = await start();
    const relay = first.connect();
    const ids = Array.from({ length: 3000 }, (_, index) => `r${index}`);
    for (const [index, requestId] of ids.entries()) {
      relay.ledger.write(aLedgerRow({ requestId, startedAt: noon + index }));
      if (index === 1500) void first.terminate();
      if (index % 100 === 0) await sleep(1);
    }
    await sleep(50);
    const second = await start();
    const { ledger } = second.connect(relay);
    await ledger.flush();
    assert.equal((await ledger.usage({})).totals.requests, ids.length);
    assert.equal(ledger.lostRows, 0);
  });

  it('serves rows and look-ups while a query over a year of rows runs', async () => {
    seedLedger(dataDir, 60_000);
    const { client, ledger } = (await start()).connect();
    const progress = { isRunning: true };
    const query = ledger.usage({ groupBy: 'workspace' }).finally(() => {
      progress.isRunning = false;
    });
    const delays: number[] = [];
    while (progress.isRunning) {
      const before = performance.now();
      await client.calls.cacheGet('0'.repeat(64));
      delays.push(performance.now() - before);
    }
    assert.equal((await query).totals.requests, 60_000);
    // The whole query takes a few hundred milliseconds; a look-up waits for one turn of it.
    assert.ok(delays.length >= 10, `${delays.length} look-ups`);
    delays.sort((a, b) => a - b);
    assert.ok((delays[delays.length >> 1] ?? 0) < 50, `median ${delays[delays.length >> 1]} ms`);
  });

  it('loses at most the last 250 ms to kill -9, and closes what was cut off', async () => {
    const child = startScript(ingestProcess, dataDir);
    await child.firstLine(10_000);
    await sleep(1200);
    const killedAt = Date.now();
    await child.kill9();
    const lines = child
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').map(Number));
    const [, safe = 0] = lines.findLast(([time = 0]) => time <= killedAt - 250) ?? [];
    assert.ok(safe > 100, `${safe} rows were written: ${child.stderr()}`);
    const { ledger } = (await start()).connect();
    const { totals } = await ledger.usage({});
    // One row more: the one that was open.
    assert.ok(totals.requests - 1 >= safe, `${totals.requests - 1} rows of ${safe}`);
    const cut = await ledger.requests({ limit: 1000, to: (lines[0]?.[0] ?? 0) + 1 });
    const row = cut.requests.find(({ requestId }) => requestId === 'cut off');
    assert.deepEqual([row?.outcome, row?.isUsageEstimated], ['interrupted', true]);
  });

  it('moves a ledger aside that is damaged while it is used, and goes on', async () => {
    seedLedger(dataDir, 20_000);
    const store = await start();
    const { client, ledger } = store.connect();
    const path = join(dataDir, 'ledger.db');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 8192);
    writeFileSync(path, bytes);
    ledger.write(aLedgerRow({ requestId: 'interrupted batch' }));
    await ledger.flush();
    assert.deepEqual(await outcomes(ledger), { 'interrupted batch': 'completed' });
    const aside = readdirSync(dataDir).find((name) =>
      /^ledger\.db\.corrupt-[^-]+-[^-]+-[^-]+-/.test(name),
    );
    assert.ok(aside !== undefined, readdirSync(dataDir).join());
    const health = await client.calls.health();
    assert.equal(health.ledger, 'ok');
    assert.ok(health.notices[0]?.includes(path) && health.notices[0].includes(aside));
    const line = store.logs.find(({ level }) => level === 'error');
    assert.deepEqual([line?.['path'], line?.['aside']], [path, join(dataDir, aside)]);
  });

  it('starts with files that are no databases, ledger and cache', async () => {
    for (const name of ['ledger.db', 'cache.db']) {
      writeFileSync(join(dataDir, name), Buffer.alloc(50_000, 'junk'));
    }
    const { client, ledger, cache } = (await start()).connect();
    ledger.write(aLedgerRow({ requestId: 'a' }));
    const answer = aCachedAnswer('a', { expiresAt: Date.now() + 60_000 });
    cache.put(answer);
    assert.deepEqual(await outcomes(ledger), { a: 'completed' });
    assert.deepEqual(await cache.get(answer.key), answer);
    assert.equal((await client.calls.health()).notices.length, 2);
  });

  it('starts with a damaged write-ahead log, and keeps what came before the damage', async () => {
    const first = await start();
    const relay = first.connect();
    for (let batch = 0; batch < 20; batch++) {
      relay.ledger.write(aLedgerRow({ requestId: `r${batch}`, startedAt: noon + batch }));
      await relay.ledger.flush();
    }
    const log = readFileSync(join(dataDir, 'ledger.db-wal'));
    const database = readFileSync(join(dataDir, 'ledger.db'));
    await first.terminate();
    const copy = temporaryFolder('damaged-log');
    log.fill(0x55, log.length >> 1);
    writeFileSync(join(copy.path, 'ledger.db'), database);
    writeFileSync(join(copy.path, 'ledger.db-wal'), log);
    const { client, ledger } = (await start(copy.path)).connect();
    ledger.write(aLedgerRow({ requestId: 'after', startedAt: noon + 100 }));
    const found = Object.keys(await outcomes(ledger));
    assert.ok(found.includes('after') && found.includes('r0') && !found.includes('r19'));
    assert.equal((await client.calls.health()).ledger, 'ok');
    await Promise.all(threads.splice(0).map((store) => store.terminate()));
    copy.remove();
  });

  it('leaves the ledger of a newer version alone, and says what to do', async () => {
    const first = await start();
    await first.stop();
    const { DatabaseSync } = await import('node:sqlite');
    const newer = new DatabaseSync(join(dataDir, 'ledger.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    const before = readFileSync(join(dataDir, 'ledger.db'));
    const { client, ledger } = (await start()).connect();
    ledger.write(aLedgerRow({ requestId: 'a' }));
    assert.deepEqual(await outcomes(ledger), { a: 'completed' });
    const health = await client.calls.health();
    assert.equal(health.ledger, 'memory');
    assert.match(health.notices.join(), /newer RelayCore \(it has schema 99.*update RelayCore/);
    assert.deepEqual(readFileSync(join(dataDir, 'ledger.db')), before);
  });

  it('works from memory where the folder may not be written, and says so', async () => {
    chmodSync(dataDir, 0o555);
    const child = startScript(readOnlyProcess, dataDir);
    const line = await child.firstLine(10_000);
    await child.exited;
    chmodSync(dataDir, 0o755);
    const report = JSON.parse(line) as {
      health: { ledger: string; cache: string; notices: string[] };
      requests: string[];
      cached: unknown;
      warnings: string[];
    };
    assert.deepEqual([report.health.ledger, report.health.cache], ['memory', 'memory']);
    assert.deepEqual([report.requests, report.cached], [['kept'], null]);
    assert.equal(report.health.notices.length, 2);
    assert.match(report.health.notices[0] ?? '', /ledger\.db cannot be used.*in memory only/);
    assert.deepEqual(report.warnings.length, 2);
    assert.deepEqual(readdirSync(dataDir), []);
  });

  const canMount = ((): boolean => {
    try {
      const probe = temporaryFolder('mount');
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe.path], {
        stdio: 'ignore',
      });
      execFileSync('/bin/umount', [probe.path]);
      probe.remove();
      return true;
    } catch {
      return false;
    }
  })();

  // Where no file system may be mounted, test/integration/full-disk.test.ts stands for it alone.
  if (canMount) {
    it('keeps rows over a full disk, and writes them when there is room again', async () => {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', dataDir]);
      try {
        const store = await start();
        const { client, ledger, cache } = store.connect();
        ledger.write(aLedgerRow({ requestId: 'before', startedAt: noon - 1 }));
        await ledger.flush();
        const ballast = join(dataDir, 'ballast');
        assert.throws(() => writeFileSync(ballast, Buffer.alloc(4_000_000)), { code: 'ENOSPC' });
        const ids = Array.from({ length: 2000 }, (_, index) => `r${index}`);
        for (const [index, requestId] of ids.entries()) {
          ledger.write(aLedgerRow({ requestId, startedAt: noon + index }));
          cache.put(aCachedAnswer(requestId, { expiresAt: Date.now() + 60_000 }));
        }
        await until(async () => (await client.calls.health()).ledger === 'degraded');
        await until(async () => (await client.calls.health()).cache === 'degraded');
        const { notices } = await client.calls.health();
        assert.match(notices.join(), /rows wait in memory.*kept in memory only/);
        // What was written before can still be asked for.
        assert.equal((await outcomes(ledger))['before'], 'completed');
        rmSync(ballast);
        await until(async () => (await client.calls.health()).ledger === 'ok');
        await ledger.flush();
        assert.equal((await ledger.usage({})).totals.requests, ids.length + 1);
        assert.equal(ledger.lostRows, 0);
        const complaints = store.logs.filter(({ msg }) => msg.includes('disk cache'));
        assert.equal(complaints.length, 1);
        await ledger.close();
        assert.equal(await store.stop(), 0);
      } finally {
        await Promise.all(threads.splice(0).map((store) => store.terminate()));
        execFileSync('/bin/umount', [dataDir]);
      }
    });
  }
});
