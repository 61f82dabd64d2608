import assert from 'node:assert/strict';
import { startControlPlane } from './testing/start-control-plane.ts';

describe('GET /v1/config', () => {
  it('gives the settings in effect and why the file is not', async () => {
    const plane = await startControlPlane({
      settings: {
        current: () => ({ cache: { enabled: true } }),
        explain: () => [],
        patch: async () => ({ overridden: [] }),
        lastError: () => 'config.yaml line 3, column 5: expected a number.',
      },
    });
    const answer = await plane.ask('/v1/config');
    await plane.close();
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), {
      config: { cache: { enabled: true } },
      lastError: 'config.yaml line 3, column 5: expected a number.',
    });
  });
});
