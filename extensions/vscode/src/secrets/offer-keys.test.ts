import assert from 'node:assert/strict';
import type { CoreState } from '../core-host/core-state.ts';
import { attached, leading } from '../status-bar/testing/usage.ts';
import { startOfferingKeys, type KeyOffers, type KeyRefusal } from './offer-keys.ts';
import type { KeyRecord } from './provider-keys.ts';

const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('the offering of keys', () => {
  const key: KeyRecord = { provider: 'openai', account: 'default', key: 'sk', updatedAt: 1 };
  let state: CoreState;
  let records: KeyRecord[];
  let offered: (readonly KeyRecord[])[];
  let failures: unknown[];
  let refusal: Error | null;
  let heldBack: readonly KeyRefusal[];
  let tellState: (state: CoreState) => void;
  let tellLeader: () => void;
  let tellKeys: () => void;
  let offers: KeyOffers;

  function start(): void {
    offers = startOfferingKeys({
      core: {
        get state() {
          return state;
        },
        onState(listener) {
          tellState = listener;
          return () => {
            tellState = () => {};
          };
        },
        on(_name, listener) {
          tellLeader = () => listener({} as never);
          return () => {
            tellLeader = () => {};
          };
        },
      },
      keys: {
        list: async () => records,
        onChange(listener) {
          tellKeys = listener;
          return () => {
            tellKeys = () => {};
          };
        },
      },
      async offer(given) {
        if (refusal !== null) throw refusal;
        offered.push(given);
        await settle();
        return heldBack;
      },
      onFailure: (error) => failures.push(error),
    });
  }

  beforeEach(() => {
    state = { kind: 'starting' };
    records = [key];
    offered = [];
    failures = [];
    refusal = null;
    heldBack = [];
  });
  afterEach(() => offers.close());

  it('keeps why the core holds a key back, until it does so no more', async () => {
    state = leading;
    heldBack = [{ provider: 'openai', reason: 'It was given for another address.' }];
    start();
    await offers.offerNow();
    assert.deepEqual(offers.refusals, heldBack);
    heldBack = [];
    await offers.offerNow();
    assert.deepEqual(offers.refusals, []);
  });

  it('waits for a core', async () => {
    start();
    await settle();
    assert.equal(offered.length, 0);
    state = leading;
    tellState(leading);
    await settle();
    assert.deepEqual(offered, [[key]]);
  });

  it('begins again with every other leader', async () => {
    state = leading;
    start();
    await offers.offerNow();
    state = attached;
    tellState(attached);
    await offers.offerNow();
    tellLeader();
    await offers.offerNow();
    assert.ok(offered.length >= 3);
  });

  it('follows a key that changes while an offer is on its way', async () => {
    state = leading;
    start();
    const removed = { ...key, key: null, updatedAt: 2 };
    await Promise.resolve();
    records = [removed];
    tellKeys();
    await offers.offerNow();
    assert.deepEqual(offered.at(-1), [removed]);
  });

  it('says why nothing could be offered, and goes on', async () => {
    refusal = new Error('The core is busy.');
    state = leading;
    start();
    await offers.offerNow();
    assert.ok(failures.length > 0);
    refusal = null;
    await offers.offerNow();
    assert.deepEqual(offered.at(-1), [key]);
  });

  it('ends when it is closed', async () => {
    state = leading;
    start();
    await offers.offerNow();
    const before = offered.length;
    offers.close();
    tellState(leading);
    tellKeys();
    tellLeader();
    await settle();
    assert.equal(offered.length, before);
  });
});
