import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createFlightTable } from './flight-table.ts';

const keyOf = (index: number): string => createHash('sha256').update(String(index)).digest('hex');

describe('the table of what is in flight', () => {
  it('finds what was set, replaces it, and forgets what was deleted', () => {
    const table = createFlightTable<number>();
    for (let index = 0; index < 2000; index++) table.set(keyOf(index), index);
    table.set(keyOf(7), 70);
    for (let index = 0; index < 2000; index += 2) table.delete(keyOf(index), index);
    assert.equal(table.get(keyOf(7)), 70);
    assert.equal(table.get(keyOf(8)), undefined);
    assert.equal(table.get(keyOf(1999)), 1999);
  });

  it('keeps the successor when the predecessor lands', () => {
    const table = createFlightTable<string>();
    table.set(keyOf(1), 'first');
    table.set(keyOf(1), 'second');
    table.delete(keyOf(1), 'first');
    assert.equal(table.get(keyOf(1)), 'second');
  });
});
