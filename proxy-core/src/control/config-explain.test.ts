import assert from 'node:assert/strict';
import { startControlPlane } from './testing/start-control-plane.ts';

describe('GET /v1/config/explain', () => {
  it('gives every value with its layer', async () => {
    const settings = [
      { path: 'cache.ttlSeconds', value: 60, layer: 'file', source: 'config.yaml:4' },
      { path: 'server.port', value: 7352, layer: 'default', source: 'default' },
    ];
    const plane = await startControlPlane({
      settings: {
        current: () => ({}),
        explain: () => settings,
        patch: async () => ({ overridden: [] }),
        lastError: () => null,
      },
    });
    const answer = await plane.ask('/v1/config/explain');
    await plane.close();
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { settings });
  });
});
