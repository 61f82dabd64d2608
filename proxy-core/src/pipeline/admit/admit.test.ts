import assert from 'node:assert/strict';
import { RelayError } from '../../domain/relay-error.ts';
import { aRequest, aTokenCaller, SinkSpy } from '../testing/builders.ts';
import { createAdmit } from './admit.ts';

const anotherClient = aRequest({
  request: { caller: { ...aTokenCaller, identity: 'ct_2' } },
});

describe('admission', () => {
  it('lets a client wait when its places are taken, in the order of arrival', async () => {
    const admit = createAdmit({ maxConcurrentPerClient: () => 1, maxQueuedRequests: () => 2 });
    const first = await admit.admit(aRequest(), new SinkSpy());
    const order: string[] = [];
    const second = Promise.resolve(admit.admit(aRequest(), new SinkSpy())).then((permit) => {
      order.push('second');
      return permit;
    });
    const third = Promise.resolve(admit.admit(aRequest(), new SinkSpy())).then(() =>
      order.push('third'),
    );
    assert.equal(admit.queued, 2);
    first.release();
    (await second).release();
    await third;
    assert.deepEqual(order, ['second', 'third']);
    assert.deepEqual([admit.running, admit.queued], [1, 0]);
  });

  it('keeps one client from taking the places of another', async () => {
    const admit = createAdmit({ maxConcurrentPerClient: () => 1, maxQueuedRequests: () => 0 });
    await admit.admit(aRequest(), new SinkSpy());
    await admit.admit(anotherClient, new SinkSpy());
    assert.equal(admit.running, 2);
  });

  it('gives the place of a client that left the line to the next', async () => {
    const admit = createAdmit({ maxConcurrentPerClient: () => 1, maxQueuedRequests: () => 1 });
    const first = await admit.admit(aRequest(), new SinkSpy());
    const leaver = new SinkSpy();
    const left = assert.rejects(Promise.resolve(admit.admit(aRequest(), leaver)));
    leaver.leave();
    await left;
    assert.equal(admit.queued, 0);
    const next = admit.admit(aRequest(), new SinkSpy());
    first.release();
    await next;
    assert.deepEqual([admit.running, admit.queued], [1, 0]);
  });

  it('refuses when the line is full', async () => {
    const admit = createAdmit({ maxConcurrentPerClient: () => 1, maxQueuedRequests: () => 0 });
    await admit.admit(aRequest(), new SinkSpy());
    assert.throws(
      () => admit.admit(aRequest(), new SinkSpy()),
      (error) =>
        error instanceof RelayError && error.code === 'queue_full' && error.retryAfterSeconds === 1,
    );
  });
});
