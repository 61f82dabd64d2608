import assert from 'node:assert/strict';
import type { CoreHost } from '../core-host/core-host.ts';
import type { CoreState } from '../core-host/core-state.ts';
import { DayWatch, type MeterData } from './day-watch.ts';
import { leading, someUsage } from './testing/usage.ts';

const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('the watch over the day', () => {
  let time: number;
  let state: CoreState;
  let timers: { readonly at: number; readonly callback: () => void }[];
  let asked: string[];
  let shown: MeterData[];
  let failures: unknown[];
  let listeners: Map<string, (value: never) => void>;
  let costNanoUsd: number;
  let refusal: Error | null;
  let watch: DayWatch;

  beforeEach(() => {
    time = new Date(2026, 10, 21, 23, 59, 0).getTime();
    state = leading;
    timers = [];
    asked = [];
    shown = [];
    failures = [];
    listeners = new Map();
    costNanoUsd = 100;
    refusal = null;
  });
  afterEach(() => watch.close());

  const core = {
    get state() {
      return state;
    },
    onState(listener: (state: CoreState) => void) {
      listeners.set('state', listener);
      return () => void listeners.delete('state');
    },
    on(name: string, listener: (value: never) => void) {
      listeners.set(name, listener);
      return () => void listeners.delete(name);
    },
    async call(name: string, params: { readonly groupBy?: string; readonly from?: number }) {
      if (refusal !== null) throw refusal;
      asked.push(`${name} ${params.groupBy ?? ''}`.trim());
      if (name === 'status.get') return { cache: { enabled: true }, notices: ['Careful.'] };
      const totals = someUsage({ costNanoUsd });
      return { totals, groups: [{ key: params.groupBy, sums: totals }] };
    },
  } as unknown as CoreHost;

  async function start(): Promise<void> {
    watch = new DayWatch({
      core,
      now: () => time,
      after(delayMs, callback) {
        const timer = { at: time + delayMs, callback };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      onData: (data) => shown.push(data),
      onFailure: (error) => failures.push(error),
    });
    watch.start();
    await settle();
  }
  async function passTime(ms: number): Promise<void> {
    time += ms;
    const due = timers.filter(({ at }) => at <= time);
    timers = timers.filter(({ at }) => at > time);
    for (const { callback } of due) callback();
    await settle();
  }
  const tell = (name: string, value: unknown): void => listeners.get(name)?.(value as never);
  const last = (): MeterData => {
    const data = shown.at(-1);
    assert.ok(data !== undefined);
    return data;
  };

  it('reads the day and the state of the core when it runs', async () => {
    await start();
    assert.equal(last().usage?.totals.costNanoUsd, 100);
    assert.deepEqual(
      last().usage?.byModel.map(({ name }) => name),
      ['model'],
    );
    assert.equal(last().cacheMode, 'on');
    assert.deepEqual(last().notices, ['Careful.']);
  });

  it('asks nothing of a core that is not there', async () => {
    state = { kind: 'starting' };
    await start();
    assert.deepEqual(asked, []);
    assert.equal(last().usage, null);
    state = leading;
    tell('state', leading);
    await settle();
    assert.equal(last().usage?.totals.costNanoUsd, 100);
  });

  it('moves with each notification, and breaks down at its own pace', async () => {
    await start();
    asked = [];
    for (const cost of [200, 300, 400]) {
      tell('usage.changed', { totals: someUsage({ costNanoUsd: cost }) });
      assert.equal(last().totals?.costNanoUsd, cost);
    }
    await settle();
    assert.deepEqual(asked, []);
    await passTime(2_000);
    assert.deepEqual(asked, ['usage.series model', 'usage.series assistant']);
    await passTime(60_000 - 4_000);
    assert.equal(asked.length, 2);
  });

  it('follows the mode of the cache', async () => {
    await start();
    tell('cache.changed', { enabled: false });
    assert.equal(last().cacheMode, 'off');
  });

  it('goes on over a hand-over that takes a blink, and says so where it takes longer', async () => {
    await start();
    tell('state', { kind: 'reconnecting' });
    await passTime(900);
    assert.equal(last().state.kind, 'leading');
    tell('state', leading);
    await passTime(900);
    assert.equal(last().state.kind, 'leading');
    tell('state', { kind: 'reconnecting' });
    await passTime(1_000);
    assert.equal(last().state.kind, 'reconnecting');
  });

  it('begins anew at midnight', async () => {
    await start();
    costNanoUsd = 0;
    await passTime(61_000);
    assert.equal(last().usage?.totals.costNanoUsd, 0);
  });

  it('keeps what it has where the core cannot answer', async () => {
    await start();
    refusal = new Error('The disk is full.');
    tell('usage.changed', { totals: someUsage({ costNanoUsd: 500 }) });
    await passTime(2_000);
    assert.equal(failures.length, 1);
    assert.equal(last().totals?.costNanoUsd, 500);
  });

  it('is silent once it is closed', async () => {
    await start();
    watch.close();
    const before = shown.length;
    await passTime(120_000);
    assert.equal(listeners.size, 0);
    assert.equal(shown.length, before);
  });
});
