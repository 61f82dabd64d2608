import assert from 'node:assert/strict';
import { RelayError } from '../domain/relay-error.ts';
import { startControlPlane } from './testing/start-control-plane.ts';

const stats = {
  memory: { entries: 2, bytes: 300, maxBytes: 1000 },
  disk: { entries: 5, bytes: 900, maxBytes: 2000 },
  hits: 7,
  misses: 3,
  coalesced: 1,
};

describe('GET /v1/cache/stats', () => {
  it('reports sizes and lookups', async () => {
    const plane = await startControlPlane({
      cache: { stats: async () => stats, clear: async () => 0 },
    });
    const answer = await plane.ask('/v1/cache/stats');
    await plane.close();
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), stats);
  });

  it('says that the storage failed, and has it logged', async () => {
    const failure = new RelayError('storage_failed', 'The cache cannot be read.');
    const plane = await startControlPlane({
      cache: { stats: () => Promise.reject(failure), clear: async () => 0 },
    });
    const answer = await plane.ask('/v1/cache/stats');
    await plane.close();
    assert.equal(answer.status, 503);
    assert.deepEqual(answer.json(), {
      error: { code: 'storage_failed', message: 'The cache cannot be read.' },
    });
    assert.deepEqual(plane.faults, [failure]);
  });
});
