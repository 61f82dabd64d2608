import assert from 'node:assert/strict';
import * as fc from 'fast-check';
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

type Step =
  | { readonly kind: 'join'; readonly isSlow: boolean }
  | { readonly kind: 'write'; readonly bytes: number }
  | { readonly kind: 'drain' | 'fill' | 'leave'; readonly who: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('join' as const), isSlow: fc.boolean() }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      // Below and above a block, and above what is retained.
      bytes: fc.oneof(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.constant(1_500_000),
      ),
    }),
  },
  fc.record({ kind: fc.constantFrom('drain', 'fill', 'leave'), who: fc.nat(20) }),
);

const period = Buffer.from(Array.from({ length: 251 }, (_, index) => index));

/** Bytes that tell where they stand. */
function piece(from: number, length: number): Buffer {
  const shift = from % period.length;
  return Buffer.alloc(shift + length, period).subarray(shift);
}

class Crowd {
  readonly flight = new Flight();
  readonly sinks: SinkSpy[] = [];
  sent = 0;
  /** What the provider was told last. */
  isHeldBack = false;
  hasLeft = false;

  constructor() {
    this.flight.feeder = {
      onDrain: () => void (this.isHeldBack = false),
      onLeave: () => void (this.hasLeft = true),
    };
    this.join(false);
    this.flight.begin(head);
  }

  join(isSlow: boolean): void {
    if (!this.flight.isJoinable || this.flight.hasLeft) return;
    const sink = new SinkSpy();
    sink.isFull = isSlow;
    this.sinks.push(sink);
    this.flight.join(sink);
  }

  write(bytes: number): void {
    if (this.hasLeft) return;
    this.isHeldBack = !this.flight.write(piece(this.sent, bytes));
    this.sent += bytes;
  }

  take(one: Step): void {
    if (one.kind === 'join') return this.join(one.isSlow);
    if (one.kind === 'write') return this.write(one.bytes);
    const sink = this.sinks[one.who % this.sinks.length];
    if (sink === undefined || sink.hasLeft || sink.ending !== 'none') return;
    if (one.kind === 'drain') sink.drain();
    else if (one.kind === 'fill') sink.isFull = true;
    else sink.leave();
  }

  get present(): readonly SinkSpy[] {
    return this.sinks.filter(({ hasLeft }) => !hasLeft);
  }
}

function assertIsBeginning({ chunks }: SinkSpy, whole: Buffer): void {
  const got = Buffer.concat(chunks);
  assert.ok(got.equals(whole.subarray(0, got.length)), 'bytes are missing, doubled or changed');
}

describe('an answer in flight for many', () => {
  const steps = fc.array(step, { maxLength: 30 });
  const last = fc.option(fc.integer({ min: 1, max: 50_000 }), { nil: undefined });

  it('gives everybody all of it in order, however they join, linger and leave', () => {
    fc.assert(
      fc.property(steps, last, (all, lastBytes) => {
        const crowd = new Crowd();
        for (const one of all) crowd.take(one);
        const rest = lastBytes === undefined ? undefined : piece(crowd.sent, lastBytes);
        crowd.flight.end(rest);
        const whole = piece(0, crowd.sent + (lastBytes ?? 0));
        for (const sink of crowd.sinks) assertIsBeginning(sink, whole);
        for (const sink of crowd.present) if (sink.ending === 'none') sink.drain();
        for (const sink of crowd.present) {
          assert.equal(sink.ending, 'end');
          assert.equal(Buffer.concat(sink.chunks).length, whole.length);
          assertIsBeginning(sink, whole);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('never stays held back while all who are there have room', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const crowd = new Crowd();
        for (const one of all) crowd.take(one);
        for (const sink of crowd.present) sink.drain();
        assert.equal(crowd.hasLeft, crowd.present.length === 0);
        if (!crowd.hasLeft) assert.equal(crowd.isHeldBack, false);
      }),
      { numRuns: 25 },
    );
  });

  it('ends for nobody but who leaves, and is cut off for all who are there', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const crowd = new Crowd();
        for (const one of all) crowd.take(one);
        for (const sink of crowd.sinks) assert.equal(sink.ending, 'none');
        crowd.flight.cut();
        for (const sink of crowd.present) assert.equal(sink.ending, 'cut');
      }),
      { numRuns: 30 },
    );
  });
});
