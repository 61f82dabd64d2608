import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import {
  controlToken,
  startControlPlane,
  startedAt,
  type RunningControlPlane,
} from './testing/start-control-plane.ts';

describe('GET /health', () => {
  let plane: RunningControlPlane;
  const notices: string[] = [];

  before(async () => {
    plane = await startControlPlane({
      clock: { now: () => startedAt + 61_500 },
      status: () => ({
        version: '0.1.0',
        pid: 42,
        leader: true,
        epoch: 'e1',
        startedAt,
        providers: [{ id: 'openai', status: 'ok', circuit: 'closed', latencyMs: 210 }],
        notices,
        inFlight: { requests: 2, bytes: 300, upstream: 1 },
      }),
    });
  });
  after(() => plane.close());

  it('tells anybody status and version, and nothing else', async () => {
    const answer = await plane.ask('/health', { token: null });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { status: 'ok', version: '0.1.0' });
  });

  it('proves with a nonce that it knows the control token', async () => {
    const answer = await plane.ask('/health?nonce=n%C3%B6nce', { token: null });
    const proof = createHmac('sha256', controlToken).update('nönce').digest('hex');
    assert.deepEqual(answer.json(), { status: 'ok', version: '0.1.0', proof });
  });

  it('tells the owner everything', async () => {
    const answer = await plane.ask('/health');
    assert.deepEqual(answer.json(), {
      status: 'ok',
      version: '0.1.0',
      pid: 42,
      leader: true,
      epoch: 'e1',
      startedAt,
      uptimeSeconds: 61,
      providers: [{ id: 'openai', status: 'ok', circuit: 'closed', latencyMs: 210 }],
      notices: [],
      inFlight: { requests: 2, bytes: 300, upstream: 1 },
    });
  });

  it('is degraded while there is a notice', async () => {
    notices.push('The ledger was corrupt and has been moved aside.');
    const answer = await plane.ask('/health', { token: null });
    notices.length = 0;
    assert.deepEqual(answer.json(), { status: 'degraded', version: '0.1.0' });
  });

  it('refuses a token that is wrong instead of answering as if there were none', async () => {
    assert.equal((await plane.ask('/health', { token: 'rc_wrong' })).status, 401);
  });

  it('refuses a nonce that is too long', async () => {
    const answer = await plane.ask(`/health?nonce=${'x'.repeat(257)}`, { token: null });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /nonce in the query/);
  });

  it('answers HEAD without a body', async () => {
    const answer = await plane.ask('/health', { method: 'HEAD', token: null });
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '');
  });
});
