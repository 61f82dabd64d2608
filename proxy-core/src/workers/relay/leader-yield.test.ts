import assert from 'node:assert/strict';
import { ManualClock } from '../../pipeline/testing/manual-clock.ts';
import { createLeaderYield, type LeaderYield } from './leader-yield.ts';

describe('a leader that is asked for the lead', () => {
  let clock: ManualClock;
  let inFlight: number;
  let yielded: string[];
  let leaderYield: LeaderYield;

  beforeEach(() => {
    clock = new ManualClock();
    inFlight = 0;
    yielded = [];
    leaderYield = createLeaderYield({
      clock,
      version: '1.2.0',
      inFlight: () => inFlight,
      yieldTo: (version) => void yielded.push(version),
    });
  });

  it('hands over to a newer core, after it has said so', () => {
    assert.equal(leaderYield.ask('1.3.0').outcome, 'yielding');
    assert.deepEqual(yielded, []);
    clock.advance(200);
    assert.deepEqual(yielded, ['1.3.0']);
    clock.advance(5000);
    assert.equal(yielded.length, 1);
  });

  it('keeps the lead from an older core and from one of the same version', () => {
    for (const version of ['1.2.0', '1.1.9', '1.3', 'nonsense']) {
      assert.equal(leaderYield.ask(version).outcome, 'refused');
    }
    clock.advance(5000);
    assert.deepEqual(yielded, []);
  });

  it('waits until nothing runs', () => {
    inFlight = 2;
    leaderYield.ask('2.0.0');
    clock.advance(5000);
    assert.deepEqual(yielded, []);
    inFlight = 0;
    clock.advance(200);
    assert.deepEqual(yielded, ['2.0.0']);
  });

  it('forgets one that has asked once and not again', () => {
    inFlight = 1;
    leaderYield.ask('2.0.0');
    clock.advance(60_000);
    inFlight = 0;
    clock.advance(1000);
    assert.deepEqual(yielded, []);
    leaderYield.ask('2.0.0');
    clock.advance(200);
    assert.deepEqual(yielded, ['2.0.0']);
  });

  it('does nothing once closed', () => {
    leaderYield.ask('2.0.0');
    leaderYield.close();
    clock.advance(1000);
    assert.deepEqual(yielded, []);
  });
});
