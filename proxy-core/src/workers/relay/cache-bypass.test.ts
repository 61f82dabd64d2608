import assert from 'node:assert/strict';
import { createCacheBypass } from './cache-bypass.ts';

describe('the wish to bypass the cache once', () => {
  let now = 0;
  const clock = { now: () => now };
  beforeEach(() => {
    now = 1000;
  });

  it('holds for one request, whoever sends it', () => {
    const bypass = createCacheBypass(clock);
    assert.equal(bypass.take('shop'), false);
    assert.equal(bypass.wish(null), 601_000);
    assert.deepEqual(
      [bypass.take('shop'), bypass.take('shop'), bypass.take(null)],
      [true, false, false],
    );
  });

  it('holds for the workspace that it was made for, and no other', () => {
    const bypass = createCacheBypass(clock);
    bypass.wish('shop');
    assert.deepEqual(
      [bypass.take('blog'), bypass.take(null), bypass.take('shop')],
      [false, false, true],
    );
  });

  it('counts once, however often it is made', () => {
    const bypass = createCacheBypass(clock);
    bypass.wish('shop');
    bypass.wish('shop');
    assert.deepEqual([bypass.take('shop'), bypass.take('shop')], [true, false]);
  });

  it('is forgotten after ten minutes', () => {
    const bypass = createCacheBypass(clock);
    bypass.wish(null);
    now += 600_000;
    assert.equal(bypass.take(null), false);
  });

  it('is kept for a hundred workspaces', () => {
    const bypass = createCacheBypass(clock);
    for (let i = 0; i <= 100; i++) bypass.wish(`w${i}`);
    assert.deepEqual(
      [bypass.take('w0'), bypass.take('w1'), bypass.take('w100')],
      [false, true, true],
    );
  });
});
