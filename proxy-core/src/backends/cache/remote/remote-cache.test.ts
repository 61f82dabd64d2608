import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CachedAnswer } from '../../../domain/cached-answer.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { createLogger, type Logger } from '../../../platform/logger/logger.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { createRemoteCache, type CacheStoreCalls } from './remote-cache.ts';

const keyOf = (digit: string): string => digit.repeat(64);

function anAnswer(digit: string, body = 'body'): CachedAnswer {
  return {
    key: keyOf(digit),
    form: 'json',
    contentType: 'application/json',
    body: Buffer.from(body),
    provider: 'p',
    model: 'm',
    workspace: null,
    usage: null,
    costNanoUsd: null,
    hasUsageChunk: false,
    createdAt: 1,
    expiresAt: 2,
  };
}

/** Keeps answers; look-ups, puts and fingerprints wait while it is `held`. */
class FakeStore implements CacheStoreCalls {
  readonly answers = new Map<string, CachedAnswer>();
  readonly asked: string[] = [];
  readonly batches: number[] = [];
  #held: (() => void)[] | null = null;

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const resume of held) resume();
  }

  async #turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#held === null) resolve();
      else this.#held.push(resolve);
    });
  }

  async cacheGet(key: string): Promise<CachedAnswer | null> {
    this.asked.push(key);
    await this.#turn();
    return this.answers.get(key) ?? null;
  }

  async cachePutAll(answers: readonly CachedAnswer[]): Promise<void> {
    this.batches.push(answers.length);
    await this.#turn();
    for (const answer of answers) this.answers.set(answer.key, answer);
  }

  async cacheFingerprints(): Promise<Float64Array> {
    await this.#turn();
    return Float64Array.from(this.answers.keys(), fingerprintOf);
  }

  cacheClear(): Promise<number> {
    this.answers.clear();
    return Promise.resolve(3);
  }

  cacheStats(): Promise<never> {
    return Promise.reject(new RelayError('shutting_down', 'gone'));
  }
}

describe('the relay’s side of the disk cache', () => {
  let timers: Set<() => void>;
  let clock: Clock;
  let logLines: string[];
  let logger: Logger;
  let store: FakeStore;

  beforeEach(() => {
    timers = new Set();
    clock = {
      now: () => 0,
      tick: () => 0,
      every(_intervalMs, callback) {
        timers.add(callback);
        return () => timers.delete(callback);
      },
    };
    logLines = [];
    logger = createLogger({ level: 'info', name: 'relay', write: (line) => logLines.push(line) });
    store = new FakeStore();
    store.answers.set(keyOf('a'), anAnswer('a'));
  });

  const elapse = (): void => {
    for (const callback of [...timers]) callback();
  };

  it('answers null at once, without asking, for what is surely not there', async () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    await nextTurn();
    assert.equal(cache.get(keyOf('b')), null);
    assert.deepEqual(store.asked, []);
    assert.deepEqual(await cache.get(keyOf('a')), anAnswer('a'));
  });

  it('asks for everything until it knows what is there', async () => {
    store.hold();
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    const found = cache.get(keyOf('b'));
    assert.ok(found instanceof Promise);
    store.release();
    assert.equal(await found, null);
    await nextTurn();
    assert.equal(cache.get(keyOf('b')), null);
  });

  it('takes a look-up that is too slow for a miss, and leaves no timer behind', async () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    await nextTurn();
    store.hold();
    const slow = cache.get(keyOf('a'));
    elapse();
    assert.equal(await slow, null);
    assert.equal(timers.size, 0);
    store.release();
    assert.deepEqual(await cache.get(keyOf('a')), anAnswer('a'));
    assert.equal(timers.size, 0);
  });

  it('answers with what it has put, before the store has it', async () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    await nextTurn();
    cache.put(anAnswer('c'));
    assert.deepEqual(cache.get(keyOf('c')), anAnswer('c'));
    elapse();
    await nextTurn();
    assert.deepEqual(await cache.get(keyOf('c')), anAnswer('c'));
    assert.deepEqual(store.asked, [keyOf('c')]);
  });

  it('does not answer with what it has put and what has expired since', () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    cache.put({ ...anAnswer('c'), expiresAt: 0 });
    assert.equal(cache.get(keyOf('c')), null);
  });

  it('hands answers over together, at a steady pace', async () => {
    const cache = createRemoteCache({ clock, logger }, { maxBatchAnswers: 3 });
    cache.attach(store);
    await nextTurn();
    for (const digit of ['1', '2', '3', '4', '5', '5']) cache.put(anAnswer(digit));
    assert.deepEqual(store.batches, []);
    elapse();
    assert.deepEqual([store.batches, timers.size], [[3], 1]);
    elapse();
    assert.deepEqual([store.batches, timers.size], [[3, 2], 0]);
  });

  it('hands over all that is left at the end, and waits for it', async () => {
    const cache = createRemoteCache({ clock, logger }, { maxBatchAnswers: 2 });
    cache.attach(store);
    await nextTurn();
    for (const digit of ['1', '2', '3', '4', '5']) cache.put(anAnswer(digit));
    await cache.close();
    assert.deepEqual([store.batches, store.answers.size, timers.size], [[2, 2, 1], 6, 0]);
  });

  it('does not wait for a store that does not answer at the end', async () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    await nextTurn();
    store.hold();
    cache.put(anAnswer('1'));
    const closed = cache.close();
    elapse();
    await closed;
    assert.equal(timers.size, 0);
  });

  it('clears what was put just before, whether it was sent or not', async () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    await nextTurn();
    cache.put(anAnswer('1'));
    store.hold();
    elapse();
    cache.put(anAnswer('2'));
    const cleared = cache.clear({});
    store.release();
    assert.equal(await cleared, 1 + 3);
    await nextTurn();
    assert.equal(await cache.get(keyOf('2')), null);
    assert.equal(timers.size, 0);
  });

  it('keeps what a filter does not mean', async () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    await nextTurn();
    cache.put(anAnswer('1'));
    cache.put({ ...anAnswer('2'), model: 'other' });
    await cache.clear({ model: 'm' });
    await cache.close();
    assert.deepEqual([...store.answers.keys()], [keyOf('2')]);
  });

  it('forgets what the store has no longer, unless it was put there meanwhile', async () => {
    const cache = createRemoteCache({ clock, logger });
    cache.attach(store);
    await nextTurn();
    store.answers.clear();
    const first = cache.get(keyOf('a'));
    cache.put(anAnswer('a'));
    assert.equal(await first, null);
    elapse();
    await nextTurn();
    assert.deepEqual(await cache.get(keyOf('a')), anAnswer('a'));
    store.answers.clear();
    assert.equal(await cache.get(keyOf('a')), null);
    assert.equal(cache.get(keyOf('a')), null);
  });

  it('drops what is too much on its way, and says so once a minute', async () => {
    const cache = createRemoteCache({ clock, logger }, { maxOutgoingBytes: 10 });
    cache.attach(store);
    await nextTurn();
    for (const digit of ['1', '2', '3', '4']) cache.put(anAnswer(digit, 'four'));
    elapse();
    await nextTurn();
    assert.deepEqual([...store.answers.keys()], [keyOf('a'), keyOf('1'), keyOf('2')]);
    assert.equal(logLines.length, 1);
    cache.put(anAnswer('5', 'four'));
    elapse();
    await nextTurn();
    assert.ok(store.answers.has(keyOf('5')));
  });

  it('has nothing while the store is away, and what the new one has after that', async () => {
    const cache = createRemoteCache({ clock, logger });
    assert.equal(cache.get(keyOf('a')), null);
    cache.put(anAnswer('b'));
    await assert.rejects(cache.clear({}), { code: 'storage_failed' });
    cache.attach(store);
    await nextTurn();
    cache.detach();
    assert.equal(cache.get(keyOf('a')), null);
    const next = new FakeStore();
    next.answers.set(keyOf('e'), anAnswer('e'));
    cache.attach(next);
    await nextTurn();
    assert.equal(cache.get(keyOf('a')), null);
    assert.deepEqual(await cache.get(keyOf('e')), anAnswer('e'));
    assert.equal(await cache.clear({}), 3);
    assert.deepEqual(await cache.stats(), { entries: 0, bytes: 0, maxBytes: 0 });
  });
});
