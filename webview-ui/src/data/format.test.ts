import assert from 'node:assert/strict';
import { createFormat } from './format.ts';

describe('format', () => {
  const format = createFormat('en-US');

  for (const [nanoUsd, expected] of [
    [0, '$0.00'],
    [1, '<$0.0001'],
    [49_999, '<$0.0001'],
    [50_000, '$0.0001'],
    [12_345_678, '$0.0123'],
    [999_960_000, '$1.0000'],
    [1_234_567_890, '$1.23'],
    [1_234_567_890_000, '$1,234.57'],
  ] as const) {
    it(`shows ${nanoUsd} nano-dollars as ${expected}`, () => {
      assert.equal(format.cost(nanoUsd), expected);
    });
  }

  it('keeps four digits in columns', () => {
    assert.deepEqual(
      [0, 1, 1_234_567_890].map((nanoUsd) => format.costInColumn(nanoUsd)),
      ['$0.0000', '<$0.0001', '$1.2346'],
    );
  });

  it('follows the locale', () => {
    assert.equal(
      createFormat('de-DE').cost(1_234_567_890_000).replaceAll(/\s/g, ' '),
      '1.234,57 $',
    );
  });

  it('counts whole up to ten thousand and in units of size above', () => {
    assert.deepEqual(
      [0, 9_999, 10_000, 123_456, 7_654_321].map((count) => format.compact(count)),
      ['0', '9,999', '10K', '123K', '7.65M'],
    );
  });

  it('shows shares and durations with one digit at most', () => {
    assert.equal(format.percent(0.36364), '36.4%');
    assert.equal(format.percent(1), '100%');
    assert.deepEqual(
      [3.4, 999.4, 999.6, 1_250, 59_940, 59_960, 150_000].map((ms) => format.duration(ms)),
      ['3 ms', '999 ms', '1.0 sec', '1.3 sec', '59.9 sec', '1.0 min', '2.5 min'],
    );
  });

  it('adds the date to times of other days', () => {
    const noon = new Date(2026, 10, 21, 12, 0, 5).getTime();
    assert.equal(format.time(noon, noon + 1000), '12:00:05');
    assert.equal(format.time(noon, noon + 86_400_000), 'Nov 21 12:00');
    assert.equal(format.day(noon), 'Saturday, November 21');
  });
});
