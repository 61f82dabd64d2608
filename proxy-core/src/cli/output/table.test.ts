import assert from 'node:assert/strict';
import { displayWidth } from './display-width.ts';
import { formatTable } from './table.ts';

describe('a table', () => {
  it('aligns its columns', () => {
    const columns = [{ title: 'Name' }, { title: 'Count', align: 'right' as const }];
    assert.deepEqual(
      formatTable(columns, [
        ['a', '1'],
        ['longer', '12,345'],
      ]),
      ['Name     Count', 'a            1', 'longer  12,345'],
    );
  });

  it('has no line of titles where there are none', () => {
    assert.deepEqual(formatTable([{ title: '' }, { title: '' }], [['a', 'b']]), ['a  b']);
  });

  it('aligns wide characters and emoji as terminals show them', () => {
    assert.equal(displayWidth('abc'), 3);
    assert.equal(displayWidth('猿も木'), 6);
    assert.equal(displayWidth('🙈'), 2);
    assert.equal(displayWidth('e\u0301'), 1);
  });

  it('lets no name steer the terminal', () => {
    const [line] = formatTable([{ title: '' }], [['\u001b[31mred\u0007\u202e\nnext']]);
    assert.equal(line, '\ufffd[31mred\ufffd\ufffd\ufffdnext');
  });
});
