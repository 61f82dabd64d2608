import assert from 'node:assert/strict';
import type { EventName } from '@relaycore/proxy-core/contract/bridge';
import { createEventRing, type EventRing, type EventRingOptions } from './event-ring.ts';

const alert = { severity: 'warning', message: 'x' } as const;
const config = { changed: [], lastError: null };

describe('the ring of events', () => {
  let now = 0;
  const ring = (options: Partial<EventRingOptions> = {}): EventRing =>
    createEventRing(
      { now: () => now },
      { maxEvents: 3, maxCharacters: 10_000, rememberMs: 600_000, ...options },
    );
  const only = (...names: EventName[]): ReadonlySet<EventName> => new Set(names);
  const seqs = (of: EventRing, seq: number, ...names: EventName[]): [number[], boolean] => {
    const { events, resync } = of.missedSince({ ...of.position(), seq }, only(...names));
    return [events.map((event) => event.seq), resync];
  };

  it('numbers events by one and keeps their texts', () => {
    const events = ring();
    events.listen(['alert.raised']);
    assert.equal(events.add('alert.raised', alert)?.seq, 1);
    const second = events.add('alert.raised', alert);
    assert.deepEqual(JSON.parse(second?.text ?? ''), {
      jsonrpc: '2.0',
      method: 'alert.raised',
      params: { ...alert, seq: 2 },
    });
    assert.equal(events.position().seq, 2);
    assert.deepEqual(seqs(events, 0, 'alert.raised'), [[1, 2], false]);
    assert.deepEqual(seqs(events, 1, 'alert.raised'), [[2], false]);
    assert.deepEqual(seqs(events, 2, 'alert.raised'), [[], false]);
  });

  it('keeps nothing that nobody listens to, and says that it is lost', () => {
    const events = ring();
    assert.equal(events.add('alert.raised', alert), null);
    assert.deepEqual(seqs(events, 0, 'alert.raised'), [[], true]);
    assert.deepEqual(seqs(events, 1, 'alert.raised'), [[], false]);
  });

  it('keeps what somebody listened to for a while after they have gone', () => {
    const events = ring();
    const stop = events.listen(['alert.raised']);
    stop();
    now += 599_999;
    assert.notEqual(events.add('alert.raised', alert), null);
    now += 1;
    assert.equal(events.add('alert.raised', alert), null);
    assert.deepEqual(seqs(events, 0, 'alert.raised'), [[1], true]);
  });

  it('loses the oldest over its bound, which concerns those only who asked for them', () => {
    const events = ring();
    events.listen(['alert.raised', 'config.changed']);
    events.add('config.changed', config);
    for (let i = 0; i < 10; i++) events.add('alert.raised', alert);
    assert.deepEqual(seqs(events, 0, 'alert.raised'), [[9, 10, 11], true]);
    assert.deepEqual(seqs(events, 8, 'alert.raised'), [[9, 10, 11], false]);
    assert.deepEqual(seqs(events, 1, 'config.changed'), [[], false]);
    assert.deepEqual(seqs(events, 0, 'config.changed'), [[], true]);
  });

  it('holds no more text than it may', () => {
    const events = ring({ maxEvents: 1000, maxCharacters: 500 });
    events.listen(['alert.raised']);
    for (let i = 0; i < 100; i++) events.add('alert.raised', alert);
    const [kept] = seqs(events, 0, 'alert.raised');
    assert.ok(kept.length > 1 && kept.length < 6, `${kept.length} are kept`);
    assert.equal(kept.at(-1), 100);
  });

  it('knows no place of another epoch, nor one that is yet to come', () => {
    const events = ring();
    const { epoch } = events.position();
    const names = only('alert.raised');
    assert.equal(events.missedSince({ epoch: 'other', seq: 0 }, names).resync, true);
    assert.equal(events.missedSince({ epoch, seq: 1 }, names).resync, true);
    assert.notEqual(ring().position().epoch, epoch);
  });
});
