import assert from 'node:assert/strict';
import { startControlPlane, type RunningControlPlane } from './testing/start-control-plane.ts';

describe('DELETE /v1/tokens/{name}', () => {
  let plane: RunningControlPlane;
  const revoked: string[] = [];

  before(async () => {
    plane = await startControlPlane({
      tokens: {
        list: () => [],
        create: () => Promise.reject(new Error('not asked here')),
        revoke: async (name) => {
          revoked.push(name);
          return name !== 'nobody';
        },
      },
    });
  });
  after(() => plane.close());

  it('revokes by name, which may hold a slash or a space', async () => {
    const answer = await plane.ask('/v1/tokens/my%2Fcodex%20cli', { method: 'DELETE' });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { revoked: true });
    assert.deepEqual(revoked, ['my/codex cli']);
  });

  it('says when there is none', async () => {
    const answer = await plane.ask('/v1/tokens/nobody', { method: 'DELETE' });
    assert.equal(answer.status, 404);
    assert.match(answer.text, /no client token of the name or id nobody/);
  });
});
