import assert from 'node:assert/strict';
import { runSteps } from './run-steps.ts';

describe('runSteps', () => {
  it('gives way to others every few milliseconds, and returns the result', async () => {
    let now = 0;
    const turns: number[] = [];
    let isRunning = true;
    const watch = (): void => {
      turns.push(now);
      if (isRunning) setImmediate(watch);
    };
    setImmediate(watch);
    function* count(): Generator<void, string> {
      for (let step = 0; step < 20; step++) {
        now += 1;
        yield;
      }
      return 'done';
    }
    assert.equal(await runSteps(count(), () => now), 'done');
    isRunning = false;
    assert.deepEqual([...new Set(turns)], [4, 8, 12, 16, 20]);
  });

  it('rejects with what a step throws', async () => {
    // oxlint-disable-next-line require-yield -- it is to throw before it yields
    function* fail(): Generator<void, never> {
      throw new RangeError('stop');
    }
    await assert.rejects(
      runSteps(fail(), () => 0),
      new RangeError('stop'),
    );
  });
});
