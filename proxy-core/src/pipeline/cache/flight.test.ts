import assert from 'node:assert/strict';
import type { AnswerHead } from '../../domain/answer.ts';
import { SinkSpy } from '../testing/builders.ts';
import { Flight } from './flight.ts';

const head: AnswerHead = {
  status: 200,
  headers: [],
  provider: 'openai',
  model: 'm',
  attempts: 1,
  cacheKey: null,
  costNanoUsd: null,
};

describe('an answer in flight', () => {
  it('gives who joins late everything that has passed', () => {
    const flight = new Flight();
    const [early, late] = [new SinkSpy(), new SinkSpy()];
    flight.join(early);
    flight.begin(head);
    flight.write(Buffer.from('a'));
    flight.join(late);
    flight.write(Buffer.from('b'));
    flight.end(Buffer.from('c'));
    assert.deepEqual([early.text, late.text], ['abc', 'abc']);
    assert.deepEqual([early.ending, late.ending], ['end', 'end']);
    assert.equal(late.head, head);
  });

  it('goes on for the others when one leaves, and ends when the last one does', () => {
    const flight = new Flight();
    const [first, second] = [new SinkSpy(), new SinkSpy()];
    let isOver = false;
    flight.feeder = { onDrain() {}, onLeave: () => void (isOver = true) };
    flight.join(first);
    flight.join(second);
    flight.begin(head);
    first.leave();
    assert.equal(isOver, false);
    flight.write(Buffer.from('x'));
    assert.deepEqual([first.text, second.text], ['', 'x']);
    second.leave();
    assert.equal(isOver, true);
    assert.equal(flight.hasLeft, true);
  });

  it('is held back by a lone slow reader and resumed when it drains', () => {
    const flight = new Flight();
    const slow = new SinkSpy();
    slow.isFull = true;
    flight.join(slow);
    flight.begin(head);
    let drains = 0;
    flight.feeder = { onLeave() {}, onDrain: () => void (drains += 1) };
    assert.equal(flight.write(Buffer.from('1')), false);
    assert.equal(flight.write(Buffer.from('2')), false);
    assert.equal(slow.text, '1');
    slow.drain();
    assert.equal(slow.text, '12');
    assert.equal(drains, 1);
  });

  it('lets a quick reader go ahead of a slow one', () => {
    const flight = new Flight();
    const [quick, slow] = [new SinkSpy(), new SinkSpy()];
    slow.isFull = true;
    flight.join(quick);
    flight.join(slow);
    flight.begin(head);
    assert.equal(flight.write(Buffer.from('1')), true);
    assert.equal(flight.write(Buffer.from('2')), true);
    flight.end();
    assert.deepEqual([quick.text, quick.ending], ['12', 'end']);
    assert.deepEqual([slow.text, slow.ending], ['1', 'none']);
    slow.drain();
    assert.deepEqual([slow.text, slow.ending], ['12', 'end']);
  });

  it('stops being joinable, and lets go of what all have, past its bound', () => {
    const flight = new Flight();
    const [quick, slow] = [new SinkSpy(), new SinkSpy()];
    slow.isFull = true;
    flight.join(quick);
    flight.join(slow);
    flight.begin(head);
    const megabyte = Buffer.alloc(1024 * 1024);
    const takes = Array.from({ length: 6 }, () => flight.write(megabyte));
    assert.deepEqual(takes, [true, true, true, true, true, false]);
    assert.equal(flight.isJoinable, false);
    slow.drain();
    assert.equal(slow.text.length, 6 * megabyte.length);
    assert.equal(flight.write(megabyte), true);
  });

  it('cuts everybody off when the provider breaks off', () => {
    const flight = new Flight();
    const [one, two] = [new SinkSpy(), new SinkSpy()];
    flight.join(one);
    flight.join(two);
    flight.begin(head);
    flight.cut();
    assert.deepEqual([one.ending, two.ending], ['cut', 'cut']);
  });
});
