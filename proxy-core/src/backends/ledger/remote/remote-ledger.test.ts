import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LedgerRow } from '../../../domain/ledger-row.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { createLogger, type Logger } from '../../../platform/logger/logger.ts';
import { decodeRows, ledgerColumns, rowOfValues } from '../row-codec.ts';
import {
  createRemoteLedger,
  type LedgerStoreCalls,
  type RemoteLedgerOptions,
} from './remote-ledger.ts';

function aRow(requestId: string, outcome: LedgerRow['outcome'] = 'completed'): LedgerRow {
  const values = Object.keys(ledgerColumns).map((name) => (/^is[A-Z]/.test(name) ? 0 : null));
  return { ...rowOfValues(values), requestId, outcome, startedAt: 1 };
}

/** A store that answers when it is told to. */
class FakeStore implements LedgerStoreCalls {
  readonly batches: { ids: string[]; resolve: () => void; reject: (error: Error) => void }[] = [];
  isAutomatic = true;

  appendRows(rowsJson: string): Promise<void> {
    const rows = decodeRows(rowsJson).map((values) => rowOfValues(values));
    return new Promise((resolve, reject) => {
      const ids = rows.map(({ requestId, outcome }) => `${requestId} ${outcome}`);
      this.batches.push({ ids, resolve, reject });
      if (this.isAutomatic) resolve();
    });
  }

  usage(): Promise<never> {
    return Promise.reject(new RangeError('asked for usage'));
  }

  requests(): Promise<never> {
    return Promise.reject(new RangeError('asked for requests'));
  }

  get ids(): string[][] {
    return this.batches.map(({ ids }) => ids);
  }
}

describe('the relay’s side of the ledger', () => {
  let timers: Map<() => void, number>;
  let clock: Clock;
  let logLines: string[];
  let logger: Logger;
  let store: FakeStore;

  beforeEach(() => {
    timers = new Map();
    clock = {
      now: () => 0,
      tick: () => 0,
      every(intervalMs, callback) {
        timers.set(callback, intervalMs);
        return () => timers.delete(callback);
      },
    };
    logLines = [];
    logger = createLogger({ level: 'info', name: 'relay', write: (line) => logLines.push(line) });
    store = new FakeStore();
  });

  const create = (options: RemoteLedgerOptions = {}): ReturnType<typeof createRemoteLedger> =>
    createRemoteLedger({ clock, logger }, options);
  const elapse = (): void => {
    for (const callback of [...timers.keys()]) callback();
  };
  const gone = (): RelayError => new RelayError('shutting_down', 'The other thread has closed.');

  it('has a timer only while there is something to hand over, and it is within 250 ms', () => {
    const ledger = create();
    ledger.attach(store);
    assert.equal(timers.size, 0);
    ledger.write(aRow('a'));
    ledger.write(aRow('b'));
    assert.deepEqual([...timers.values()], [100]);
    elapse();
    assert.equal(timers.size, 0);
    assert.deepEqual(store.ids, [['a completed', 'b completed']]);
  });

  it('hands over at once when a batch is full', () => {
    const ledger = create({ maxBatchRows: 2 });
    ledger.attach(store);
    for (const id of ['a', 'b', 'c']) ledger.write(aRow(id));
    assert.deepEqual(store.ids, [['a completed', 'b completed']]);
  });

  it('writes open rows of requests that outlive a flush, and of no others', () => {
    const ledger = create();
    ledger.attach(store);
    let hasEnded = false;
    const quick = {
      get hasEnded() {
        return hasEnded;
      },
      row: () => aRow('a', 'open'),
    };
    ledger.announce(quick);
    ledger.announce({ hasEnded: false, row: () => aRow('b', 'open') });
    hasEnded = true;
    ledger.write(aRow('a'));
    elapse();
    assert.deepEqual(store.ids, [['a completed', 'b open']]);
    ledger.write(aRow('c'));
    elapse();
    assert.deepEqual(store.ids[1], ['c completed']);
  });

  it('flushes what it has, and waits until the store has confirmed all', async () => {
    const ledger = create();
    store.isAutomatic = false;
    ledger.attach(store);
    ledger.write(aRow('a'));
    let isDone = false;
    const flushed = ledger.flush().then(() => (isDone = true));
    await nextTurn();
    assert.deepEqual([store.ids, isDone, ledger.queuedRows], [[['a completed']], false, 1]);
    store.batches[0]?.resolve();
    await flushed;
    assert.deepEqual([ledger.queuedRows, ledger.lostRows, timers.size], [0, 0, 0]);
  });

  it('rejects a flush that takes too long, and says how many rows are not safe', async () => {
    const ledger = create({ flushTimeoutMs: 7 });
    store.isAutomatic = false;
    ledger.attach(store);
    ledger.write(aRow('a'));
    const flushed = ledger.flush();
    elapse();
    await assert.rejects(flushed, { code: 'storage_failed', message: /^1 ledger rows/ });
  });

  it('sends again to a restarted store what the old one had not confirmed, in order', async () => {
    const ledger = create();
    store.isAutomatic = false;
    ledger.attach(store);
    for (const id of ['a', 'b', 'c']) {
      ledger.write(aRow(id));
      elapse();
    }
    store.batches[0]?.resolve();
    await nextTurn();
    for (const batch of store.batches) batch.reject(gone());
    await nextTurn();
    ledger.write(aRow('d'));
    elapse();
    assert.equal(ledger.queuedRows, 3);
    const next = new FakeStore();
    ledger.attach(next);
    assert.deepEqual(next.ids, [['b completed'], ['c completed'], ['d completed']]);
    await ledger.flush();
    assert.deepEqual([ledger.queuedRows, ledger.lostRows], [0, 0]);
  });

  it('is not confused when the old store answers after the new one was attached', async () => {
    const ledger = create();
    store.isAutomatic = false;
    ledger.attach(store);
    ledger.write(aRow('a'));
    elapse();
    const next = new FakeStore();
    next.isAutomatic = false;
    ledger.attach(next);
    store.batches[0]?.reject(new RelayError('storage_failed', 'late'));
    await nextTurn();
    assert.deepEqual([ledger.queuedRows, ledger.lostRows], [1, 0]);
    next.batches[0]?.resolve();
    await ledger.flush();
  });

  it('keeps rows while there is no store, the oldest given up at the bound, counted and logged', async () => {
    const ledger = create({ maxUnacknowledgedBytes: 1000, maxBatchRows: 1 });
    for (let index = 0; index < 20; index++) ledger.write(aRow(`r${index}`));
    assert.ok(ledger.lostRows > 0 && ledger.queuedRows > 0);
    assert.equal(ledger.lostRows + ledger.queuedRows, 20);
    assert.equal(logLines.length, 1);
    ledger.attach(store);
    assert.deepEqual(store.ids.at(-1), ['r19 completed']);
    await assert.rejects(ledger.flush(), /too many rows wait/);
    await ledger.flush();
  });

  it('counts and logs rows that the store says are lost', async () => {
    const ledger = create();
    store.isAutomatic = false;
    ledger.attach(store);
    ledger.write(aRow('a'));
    elapse();
    store.batches[0]?.reject(new RelayError('storage_failed', 'the disk is full'));
    await assert.rejects(ledger.flush(), { message: 'the disk is full' });
    assert.deepEqual([ledger.lostRows, ledger.queuedRows, logLines.length], [1, 0, 1]);
  });

  it('hands over what it has before it asks, so that an answer is up to date', async () => {
    const ledger = create();
    ledger.attach(store);
    ledger.write(aRow('a'));
    await assert.rejects(ledger.usage({}), new RangeError('asked for usage'));
    assert.deepEqual(store.ids, [['a completed']]);
    await assert.rejects(ledger.requests({ limit: 1 }), new RangeError('asked for requests'));
  });

  it('answers no question while the store is away', async () => {
    const ledger = create();
    await assert.rejects(ledger.usage({}), { code: 'storage_failed' });
    ledger.attach(store);
    ledger.detach();
    await assert.rejects(ledger.requests({ limit: 1 }), { code: 'storage_failed' });
  });

  it('hands over all at close, and nothing fires after it', async () => {
    const ledger = create();
    ledger.attach(store);
    ledger.write(aRow('a'));
    await ledger.close();
    ledger.write(aRow('b'));
    assert.equal(timers.size, 0);
    assert.deepEqual(store.ids, [['a completed']]);
  });
});
