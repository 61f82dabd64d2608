import assert from 'node:assert/strict';
import type { RequestRecord, UsageQuery } from '@relaycore/proxy-core/contract';
import { createOverviewLoader } from './load-overview.ts';
import { aReport, aRequest } from './testing/records.ts';

describe('loading the overview', () => {
  const noon = new Date(2026, 10, 21, 12).getTime();
  let time: number;
  let requests: RequestRecord[];
  let questions: UsageQuery[];
  let failure: Error | null;
  let load: ReturnType<typeof createOverviewLoader>;

  beforeEach(() => {
    time = noon;
    requests = [aRequest()];
    questions = [];
    failure = null;
    load = createOverviewLoader(
      {
        async usage(query) {
          questions.push(query);
          if (failure !== null) throw failure;
          return aReport();
        },
        requests: async () => ({ requests, nextCursor: null }),
      },
      () => time,
    );
  });

  it('asks for the sums of the local day', async () => {
    const overview = await load();
    const from = new Date(2026, 10, 21).getTime();
    const timezoneOffsetMinutes = 0 - new Date(noon).getTimezoneOffset();
    assert.deepEqual(questions, [
      { from, timezoneOffsetMinutes, groupBy: 'hour' },
      { from, timezoneOffsetMinutes, groupBy: 'provider' },
    ]);
    assert.deepEqual(overview?.requests, requests);
  });

  it('does not ask for sums again while nothing has happened', async () => {
    await load();
    time += 1_000;
    assert.equal(await load(), null);
    assert.equal(questions.length, 2);
  });

  it('asks again when a request has come or ended', async () => {
    await load();
    requests = [aRequest({ requestId: 'rq_2' }), aRequest()];
    assert.notEqual(await load(), null);
    assert.equal(questions.length, 4);
  });

  it('asks again after ten seconds, in case an older request has ended', async () => {
    await load();
    time += 10_000;
    assert.notEqual(await load(), null);
  });

  it('begins a new day at midnight', async () => {
    time = new Date(2026, 10, 21, 23, 59, 59).getTime();
    await load();
    time += 1_000;
    await load();
    assert.equal(questions.at(-1)?.from, new Date(2026, 10, 22).getTime());
  });

  it('asks again after it failed', async () => {
    failure = new Error('gone');
    await assert.rejects(load(), failure);
    failure = null;
    assert.notEqual(await load(), null);
  });
});
