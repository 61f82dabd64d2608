import assert from 'node:assert/strict';
import { parseAge, parseFrom, parsePort, parseTo, startOfToday } from './parse-options.ts';

describe('options of the command line', () => {
  it('take ports', () => {
    assert.equal(parsePort('0'), 0);
    assert.equal(parsePort('65535'), 65_535);
    for (const text of ['', '-1', '65536', '80a', '1e3', ' 80']) {
      assert.throws(() => parsePort(text), /0 to 65535/);
    }
  });

  it('take ages', () => {
    assert.equal(parseAge('90s'), 90);
    assert.equal(parseAge('2w'), 1_209_600);
    for (const text of ['', '5', 'h', '-1h', '1.5h', '1y']) {
      assert.throws(() => parseAge(text), /age/);
    }
  });

  it('take a day for the whole of it, by the clock of this machine', () => {
    assert.equal(parseFrom('2026-11-21'), new Date(2026, 10, 21).getTime());
    assert.equal(parseTo('2026-11-21'), new Date(2026, 10, 22).getTime());
    assert.equal(parseTo('2026-12-31'), new Date(2027, 0, 1).getTime());
  });

  it('take moments', () => {
    assert.equal(parseFrom('2026-11-21T09:00:00Z'), Date.UTC(2026, 10, 21, 9));
    assert.equal(parseTo('1795223612641'), 1_795_223_612_641);
    for (const text of ['', 'yesterday', '2026-13-01', '2026-02-30']) {
      assert.throws(() => parseFrom(text), /Give a day/);
    }
  });

  it('begin today at midnight', () => {
    const noon = new Date(2026, 10, 21, 12).getTime();
    assert.equal(startOfToday(noon), new Date(2026, 10, 21).getTime());
  });
});
