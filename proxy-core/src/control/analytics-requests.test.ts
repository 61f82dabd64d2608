import assert from 'node:assert/strict';
import type { RequestRecord, RequestsQuery } from '../contract/analytics.ts';
import { aRequestRecord } from './testing/request-record.ts';
import { startControlPlane, type RunningControlPlane } from './testing/start-control-plane.ts';

describe('GET /v1/analytics/requests', () => {
  let plane: RunningControlPlane;
  const queries: RequestsQuery[] = [];
  let requests: RequestRecord[] = [];

  before(async () => {
    plane = await startControlPlane({
      ledger: {
        usage: () => Promise.reject(new Error('not asked here')),
        requests: async (query) => {
          queries.push(query);
          return { requests, nextCursor: 'c2' };
        },
      },
    });
  });
  beforeEach(() => {
    queries.length = 0;
    requests = [aRequestRecord()];
  });
  after(() => plane.close());

  it('gives a page of a hundred rows where no limit is named', async () => {
    const answer = await plane.ask('/v1/analytics/requests');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { requests, nextCursor: 'c2' });
    assert.deepEqual(queries, [{ limit: 100 }]);
  });

  it('passes limit, cursor and filters on', async () => {
    await plane.ask('/v1/analytics/requests?limit=5&cursor=c1&model=gpt-5&session=s1');
    assert.deepEqual(queries, [{ limit: 5, cursor: 'c1', model: 'gpt-5', session: 's1' }]);
  });

  for (const limit of ['0', '1001', '5.5', 'ten']) {
    it(`refuses a limit of ${limit}`, async () => {
      const answer = await plane.ask(`/v1/analytics/requests?limit=${limit}`);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /limit in the query/);
    });
  }

  it('gives CSV with readable times, dollars, and the cursor in a header', async () => {
    requests = [
      aRequestRecord({
        startedAt: Date.parse('2026-11-21T09:00:00Z'),
        endedAt: null,
        model: 'a "quoted", model',
        assistant: '@SUM(A1)',
        costNanoUsd: 2_000,
      }),
    ];
    const answer = await plane.ask('/v1/analytics/requests', { headers: { accept: 'text/csv' } });
    assert.equal(answer.headers['x-relaycore-next-cursor'], 'c2');
    const [header = '', row = ''] = answer.text.split('\r\n');
    assert.match(header, /^requestId,startedAt,endedAt,outcome,assistant,.*,costUsd$/);
    assert.match(row, /^rq_1,2026-11-21T09:00:00\.000Z,,completed,'@SUM\(A1\),/);
    assert.ok(row.includes('"a ""quoted"", model"'));
    assert.match(row, /,0\.000002$/);
  });

  it('prefers JSON where the client takes both', async () => {
    const headers = { accept: 'application/json, text/csv' };
    const answer = await plane.ask('/v1/analytics/requests', { headers });
    assert.equal(answer.headers['content-type'], 'application/json');
  });
});
