import assert from 'node:assert/strict';
import type { Question } from './ask-core.ts';
import { CoreFailure } from './core-failure.ts';
import { createHttpCoreData } from './http-core-data.ts';

describe('data over HTTP', () => {
  it('puts questions into query strings', async () => {
    const asked: Question[] = [];
    const session = { token: async () => 's1', forget: () => {} };
    const data = createHttpCoreData(async (question) => {
      asked.push(question);
      return {};
    }, session);
    await data.usage({ from: 5, groupBy: 'hour', timezoneOffsetMinutes: -60 });
    await data.requests({ limit: 50, model: 'a&b' });
    assert.deepEqual(asked, [
      {
        method: 'GET',
        path: '/v1/analytics/usage?from=5&groupBy=hour&timezoneOffsetMinutes=-60',
        token: 's1',
      },
      { method: 'GET', path: '/v1/analytics/requests?limit=50&model=a%26b', token: 's1' },
    ]);
  });

  it('forgets a session that the core no longer knows', async () => {
    let isForgotten = false;
    const session = {
      token: async () => 's1',
      forget: () => {
        isForgotten = true;
      },
    };
    const ended = new CoreFailure('session-ended', 'ended');
    const data = createHttpCoreData(() => Promise.reject(ended), session);
    await assert.rejects(data.requests({ limit: 1 }), ended);
    assert.equal(isForgotten, true);
  });
});
