import assert from 'node:assert/strict';
import { prefersCsv, toCsv } from './csv.ts';

describe('toCsv', () => {
  it('quotes what needs it, and nothing else', () => {
    const rows = [['plain', 'a,b', 'say "hi"', 'two\nlines', 1.5, true, null, undefined]];
    const columns = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    assert.equal(
      toCsv(columns, rows),
      'a,b,c,d,e,f,g,h\r\nplain,"a,b","say ""hi""","two\nlines",1.5,true,,\r\n',
    );
  });

  it('keeps spreadsheets from running text', () => {
    const rows = ['=1+1', '+1', '-1', '@SUM', '\t=1', ' =1', '\r=1'].map((text) => [text]);
    const cells = toCsv(['x'], rows).split('\r\n').slice(1, 7);
    assert.deepEqual(cells, ["'=1+1", "'+1", "'-1", "'@SUM", "'\t=1", "' =1"]);
  });

  it('leaves negative numbers numbers', () => {
    assert.equal(toCsv(['x'], [[-1]]), 'x\r\n-1\r\n');
  });
});

describe('prefersCsv', () => {
  for (const [accept, expected] of [
    [undefined, false],
    ['*/*', false],
    ['text/csv', true],
    ['Text/CSV; charset=utf-8', true],
    ['text/csv, application/json;q=0.5', true],
    ['application/json, text/csv', false],
    ['text/html', false],
  ] as const) {
    it(`is ${expected} for ${accept ?? 'no Accept header'}`, () => {
      assert.equal(prefersCsv(accept), expected);
    });
  }
});
