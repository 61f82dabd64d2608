import assert from 'node:assert/strict';
import { localDay } from './local-day.ts';

describe('the local day', () => {
  it('begins at midnight of the clock on the wall', () => {
    const afternoon = new Date(2026, 10, 21, 15, 30);
    const day = localDay(afternoon.getTime());
    assert.equal(day.from, new Date(2026, 10, 21).getTime());
    assert.equal(day.hour, 15);
    assert.equal(day.timezoneOffsetMinutes, 0 - afternoon.getTimezoneOffset());
    assert.equal(Object.is(day.timezoneOffsetMinutes, -0), false);
  });
});
