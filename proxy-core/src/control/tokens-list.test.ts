import assert from 'node:assert/strict';
import { startControlPlane, startedAt } from './testing/start-control-plane.ts';

describe('GET /v1/tokens', () => {
  it('names the client tokens', async () => {
    const tokens = [{ id: 'ct_1', name: 'codex', createdAt: startedAt }];
    const plane = await startControlPlane({
      tokens: {
        list: () => tokens,
        create: () => Promise.reject(new Error('not asked here')),
        revoke: async () => false,
      },
    });
    const answer = await plane.ask('/v1/tokens');
    await plane.close();
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { tokens });
  });
});
