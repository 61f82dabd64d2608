import assert from 'node:assert/strict';
import { RelayError } from '../../domain/relay-error.ts';
import { aRequest, aTokenCaller } from '../testing/builders.ts';
import { createAdmit } from './admit.ts';

const anotherClient = aRequest({
  request: { caller: { ...aTokenCaller, identity: 'ct_2' } },
});

describe('admission', () => {
  it('lets a client wait when its places are taken, in the order of arrival', async () => {
    const admit = createAdmit({ maxConcurrentPerClient: () => 1, maxQueuedRequests: () => 2 });
    const first = await admit.admit(aRequest());
    const order: string[] = [];
    const second = Promise.resolve(admit.admit(aRequest())).then((permit) => {
      order.push('second');
      return permit;
    });
    const third = Promise.resolve(admit.admit(aRequest())).then(() => order.push('third'));
    assert.equal(admit.queued, 2);
    first.release();
    (await second).release();
    await third;
    assert.deepEqual(order, ['second', 'third']);
    assert.deepEqual([admit.running, admit.queued], [1, 0]);
  });

  it('keeps one client from taking the places of another', async () => {
    const admit = createAdmit({ maxConcurrentPerClient: () => 1, maxQueuedRequests: () => 0 });
    await admit.admit(aRequest());
    await admit.admit(anotherClient);
    assert.equal(admit.running, 2);
  });

  it('refuses when the line is full', async () => {
    const admit = createAdmit({ maxConcurrentPerClient: () => 1, maxQueuedRequests: () => 0 });
    await admit.admit(aRequest());
    assert.throws(
      () => admit.admit(aRequest()),
      (error) =>
        error instanceof RelayError && error.code === 'queue_full' && error.retryAfterSeconds === 1,
    );
  });
});
