import assert from 'node:assert/strict';
import { startControlPlane, type RunningControlPlane } from './testing/start-control-plane.ts';

describe('GET /metrics', () => {
  let plane: RunningControlPlane;
  before(async () => {
    plane = await startControlPlane();
  });
  after(() => plane.close());

  it("answers in Prometheus' text format", async () => {
    const answer = await plane.ask('/metrics');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(answer.text, 'up 1\n');
  });

  it('needs the token', async () => {
    assert.equal((await plane.ask('/metrics', { token: null })).status, 401);
  });
});
