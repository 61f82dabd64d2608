import assert from 'node:assert/strict';
import { createFigures } from './figures.ts';

describe('the figures of the meter', () => {
  const figures = createFigures('en-US');

  for (const [nanoUsd, expected] of [
    [0, '$0.00'],
    [1, '<$0.0001'],
    [50_000, '$0.0001'],
    [4_200_000, '$0.0042'],
    [999_999_999, '$1.0000'],
    [1_234_567_890, '$1.23'],
    [1_234_567_890_000, '$1,234.57'],
  ] as const) {
    it(`show ${nanoUsd} nano-dollars as ${expected}`, () => {
      assert.equal(figures.cost(nanoUsd), expected);
    });
  }

  it('show shares as whole per cents', () => {
    assert.deepEqual(
      [0, 0.384, 1].map((share) => figures.percent(share)),
      ['0%', '38%', '100%'],
    );
  });

  it('count whole up to ten thousand and in units of size above', () => {
    assert.deepEqual(
      [0, 9_999, 10_000, 7_654_321].map((count) => figures.compact(count)),
      ['0', '9,999', '10K', '7.65M'],
    );
  });

  it('follow the language of the IDE', () => {
    assert.equal(createFigures('de').cost(1_234_567_890).replaceAll(/\s/g, ' '), '1,23 $');
  });
});
