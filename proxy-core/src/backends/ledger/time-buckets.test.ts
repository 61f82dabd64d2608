import assert from 'node:assert/strict';
import { timeBucket } from './time-buckets.ts';

const hour = 3_600_000;
const newYear = Date.UTC(2027, 0, 1);

describe('timeBucket', () => {
  it('is null where the grouping is not by time', () => {
    assert.equal(timeBucket('model', newYear, 0), null);
    assert.equal(timeBucket(undefined, newYear, 0), null);
  });

  it('begins a day and an hour on the second, and ends before the next', () => {
    assert.deepEqual(timeBucket('day', newYear, 0), {
      key: '2027-01-01',
      end: newYear + 24 * hour,
    });
    assert.deepEqual(timeBucket('hour', newYear - 1, 0), { key: '2026-12-31T23:00', end: newYear });
  });

  it('follows the offset in both directions, half hours too', () => {
    assert.deepEqual(timeBucket('day', newYear, -1), {
      key: '2026-12-31',
      end: newYear + 60_000,
    });
    assert.deepEqual(timeBucket('hour', newYear, 330), {
      key: '2027-01-01T05:00',
      end: newYear + hour / 2,
    });
    assert.equal(timeBucket('day', newYear - 14 * hour, 14 * 60)?.key, '2027-01-01');
  });
});
