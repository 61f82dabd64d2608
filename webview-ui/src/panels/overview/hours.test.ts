import assert from 'node:assert/strict';
import { hoursOf } from './hours.ts';
import { aReport, someSums } from './testing/records.ts';

describe('the hours of the day', () => {
  it('are 24, those without requests empty', () => {
    const sums = someSums({ requests: 3 });
    const hours = hoursOf(
      aReport({
        groups: [
          { key: '2026-11-21T00:00', sums },
          { key: '2026-11-21T23:00', sums },
        ],
      }),
    );
    assert.equal(hours.length, 24);
    assert.deepEqual(
      hours.flatMap((one, hour) => (one === null ? [] : [hour])),
      [0, 23],
    );
  });

  it('pass over keys that are no hours', () => {
    const hours = hoursOf(
      aReport({
        groups: [
          { key: null, sums: someSums() },
          { key: 'openai', sums: someSums() },
        ],
      }),
    );
    assert.equal(
      hours.every((one) => one === null),
      true,
    );
  });
});
