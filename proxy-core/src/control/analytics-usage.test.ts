import assert from 'node:assert/strict';
import type { UsageQuery } from '../contract/analytics.ts';
import { noUsageSums } from '../contract/no-usage-sums.ts';
import { startControlPlane, type RunningControlPlane } from './testing/start-control-plane.ts';

describe('GET /v1/analytics/usage', () => {
  let plane: RunningControlPlane;
  const queries: UsageQuery[] = [];
  const totals = { ...noUsageSums, requests: 3, costNanoUsd: 1_234_500_000 };

  before(async () => {
    plane = await startControlPlane({
      ledger: {
        usage: async (query) => {
          queries.push(query);
          return {
            from: query.from ?? null,
            to: query.to ?? null,
            groupBy: query.groupBy ?? null,
            totals,
            groups: [
              { key: '=cmd|calc', sums: totals },
              { key: null, sums: noUsageSums },
            ],
          };
        },
        requests: async () => ({ requests: [], nextCursor: null }),
      },
    });
  });
  beforeEach(() => {
    queries.length = 0;
  });
  after(() => plane.close());

  it('passes the question on and the report back', async () => {
    const answer = await plane.ask(
      '/v1/analytics/usage?from=1000&to=2000&groupBy=model&provider=openai&timezoneOffsetMinutes=-90',
    );
    assert.equal(answer.status, 200);
    assert.deepEqual(queries, [
      { from: 1000, to: 2000, groupBy: 'model', provider: 'openai', timezoneOffsetMinutes: -90 },
    ]);
    assert.deepEqual((answer.json() as { totals: unknown }).totals, totals);
  });

  it('takes times in ISO 8601, the plus of an offset encoded or not', async () => {
    await plane.ask('/v1/analytics/usage?from=2026-11-21T00:00:00Z&to=2026-11-21T02:00:00+01:00');
    await plane.ask('/v1/analytics/usage?from=2026-11-21&to=2026-11-21T02:00:00%2B01:00');
    const from = Date.parse('2026-11-21T00:00:00Z');
    const to = Date.parse('2026-11-21T01:00:00Z');
    assert.deepEqual(queries, [
      { from, to },
      { from, to },
    ]);
  });

  for (const [query, message] of [
    ['from=yesterday', /from in the query: expected epoch milliseconds or ISO 8601/],
    ['from=2026-11-21T00:00:00', /from in the query/],
    ['groupBy=colour', /groupBy in the query/],
    ['timezoneOffsetMinutes=2000', /timezoneOffsetMinutes in the query/],
    ['form=1', /Unknown in the query: form/],
    ['from=1&from=2', /from in the query/],
  ] as const) {
    it(`refuses ${query}`, async () => {
      const answer = await plane.ask(`/v1/analytics/usage?${query}`);
      assert.equal(answer.status, 400);
      assert.match(answer.text, message);
      assert.deepEqual(queries, []);
    });
  }

  it('gives one CSV line a group, safe for spreadsheets', async () => {
    const answer = await plane.ask('/v1/analytics/usage?groupBy=model', {
      headers: { accept: 'text/csv' },
    });
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
    const [header, first, second, end] = answer.text.split('\r\n');
    assert.match(header ?? '', /^model,costUsd,requests,failedRequests,/);
    assert.match(first ?? '', /^'=cmd\|calc,1\.2345,3,/);
    assert.match(second ?? '', /^,0,0,/);
    assert.equal(end, '');
  });

  it('gives the totals as CSV where nothing is grouped', async () => {
    const answer = await plane.ask('/v1/analytics/usage', { headers: { accept: 'text/csv' } });
    assert.match(answer.text, /^group,costUsd,.*\r\ntotal,1\.2345,3,/);
  });
});
