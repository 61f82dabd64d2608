import assert from 'node:assert/strict';
import { createBackOff, workerBackOff } from './back-off.ts';

describe('the back-off of a worker', () => {
  it('doubles from 100 ms to 10 s', () => {
    const nextDelay = createBackOff(workerBackOff);
    const delays = Array.from({ length: 9 }, () => nextDelay(0));
    assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  it('begins anew once the worker has lived a minute', () => {
    const nextDelay = createBackOff(workerBackOff);
    nextDelay(0);
    nextDelay(59_999);
    assert.equal(nextDelay(60_000), 100);
    assert.equal(nextDelay(0), 200);
  });
});
