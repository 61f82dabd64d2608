import assert from 'node:assert/strict';
import { CoreFailure } from './core-failure.ts';
import { createLiveLoop, type LiveLoop, type LiveState } from './live-loop.ts';

describe('the live loop', () => {
  let time: number;
  let timers: { at: number; callback: () => void }[];
  let isVisible: boolean;
  let notifyVisibility: () => void;
  let refreshes: number[];
  let failure: Error | null;
  let states: LiveState[];
  let loop: LiveLoop;

  beforeEach(() => {
    time = 0;
    timers = [];
    isVisible = true;
    notifyVisibility = () => {};
    refreshes = [];
    failure = null;
    states = [];
    loop = createLiveLoop({
      async refresh() {
        refreshes.push(time);
        if (failure !== null) throw failure;
      },
      visibility: {
        isVisible: () => isVisible,
        onChange(callback) {
          notifyVisibility = callback;
          return () => {
            notifyVisibility = () => {};
          };
        },
      },
      now: () => time,
      after(delayMs, callback) {
        const timer = { at: time + delayMs, callback };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      onState: (state) => states.push(state),
    });
  });
  afterEach(() => loop.close());

  const settle = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });
  async function start(): Promise<void> {
    loop.refreshNow();
    await settle();
  }
  async function passTime(ms: number): Promise<void> {
    const end = time + ms;
    for (;;) {
      const next = timers.find(({ at }) => at <= end);
      if (next === undefined) break;
      time = next.at;
      timers = timers.filter((timer) => timer !== next);
      next.callback();
      await settle();
    }
    time = end;
  }
  function setVisible(value: boolean): Promise<void> {
    isVisible = value;
    notifyVisibility();
    return settle();
  }

  it('refreshes every second', async () => {
    await start();
    await passTime(3_000);
    assert.deepEqual(refreshes, [0, 1_000, 2_000, 3_000]);
    assert.deepEqual(states.at(-1), { kind: 'live', updatedAt: 3_000 });
  });

  it('rests while nobody looks, and catches up at once', async () => {
    await start();
    await setVisible(false);
    await passTime(60_000);
    assert.deepEqual(refreshes, [0]);
    await setVisible(true);
    assert.deepEqual(refreshes, [0, 60_000]);
  });

  it('asks ever more rarely while nobody answers, and knows how old its data is', async () => {
    await start();
    failure = new CoreFailure('unreachable', 'nobody');
    await passTime(60_000);
    assert.deepEqual(refreshes, [0, 1_000, 2_000, 4_000, 8_000, 16_000, 31_000, 46_000]);
    assert.deepEqual(states.at(-1), { kind: 'disconnected', message: 'nobody', updatedAt: 0 });
  });

  it('is back to every second once the core answers', async () => {
    failure = new CoreFailure('unreachable', 'nobody');
    await start();
    await passTime(7_000);
    failure = null;
    await passTime(10_000);
    assert.deepEqual(refreshes.slice(0, 7), [0, 1_000, 3_000, 7_000, 15_000, 16_000, 17_000]);
    assert.equal(states.at(-1)?.kind, 'live');
  });

  it('shows a refusal with its message and goes on', async () => {
    failure = new CoreFailure('refused', 'disk full');
    await start();
    assert.deepEqual(states, [{ kind: 'failing', message: 'disk full', updatedAt: null }]);
    await passTime(1_000);
    assert.equal(refreshes.length, 2);
  });

  for (const kind of ['no-ticket', 'ticket-refused', 'session-ended'] as const) {
    it(`stops at ${kind}, which only the user can mend`, async () => {
      failure = new CoreFailure(kind, '');
      await start();
      await passTime(60_000);
      await setVisible(false);
      await setVisible(true);
      assert.deepEqual(refreshes, [0]);
      assert.deepEqual(states, [{ kind: 'locked', reason: kind }]);
    });
  }

  it('tries at once when it is told to', async () => {
    failure = new CoreFailure('unreachable', 'nobody');
    await start();
    await passTime(20_000);
    failure = null;
    const before = refreshes.length;
    await start();
    assert.equal(refreshes.length, before + 1);
    assert.equal(states.at(-1)?.kind, 'live');
  });

  it('does nothing after close', async () => {
    await start();
    loop.close();
    await passTime(10_000);
    await setVisible(true);
    loop.refreshNow();
    await settle();
    assert.deepEqual(refreshes, [0]);
  });
});
