import assert from 'node:assert/strict';
import { RelayError } from '../../domain/relay-error.ts';
import { createSlowRefusal } from './slow-refusal.ts';

describe('a slow refusal', () => {
  const refusal = new RelayError('unauthenticated', 'wrong');

  it('comes after the delay', async () => {
    const refuse = createSlowRefusal({ delayMs: 20, maxWaiting: 1 });
    const start = performance.now();
    await assert.rejects(refuse(refusal), refusal);
    assert.ok(performance.now() - start >= 18);
  });

  it('comes at once as `rate_limited` where too many wait, and no longer when they are through', async () => {
    const refuse = createSlowRefusal({ delayMs: 10, maxWaiting: 2 });
    const waiting = [refuse(refusal), refuse(refusal)];
    await assert.rejects(refuse(refusal), { code: 'rate_limited', retryAfterSeconds: 1 });
    await Promise.allSettled(waiting);
    await assert.rejects(refuse(refusal), refusal);
  });
});
