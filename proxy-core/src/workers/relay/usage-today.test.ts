import assert from 'node:assert/strict';
import type { UsageQuery, UsageReport } from '../../contract/analytics.ts';
import type { UsageSummaryReport } from '../../contract/bridge/usage-calls.ts';
import { aRequestRecord } from '../../control/testing/request-record.ts';
import { noUsageSums } from '../../contract/no-usage-sums.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import { ManualClock } from '../../pipeline/testing/manual-clock.ts';
import { createUsageToday, type UsageToday } from './usage-today.ts';

const noon = new Date(2026, 10, 21, 12).getTime();
const midnight = new Date(2026, 10, 21).getTime();
const hour = 3_600_000;

describe('the usage of today', () => {
  let clock: ManualClock;
  let today: UsageToday;
  let told: UsageSummaryReport[];
  let queries: UsageQuery[];
  let earlier: Partial<UsageReport['totals']>;
  let isAway: boolean;

  beforeEach(() => {
    clock = new ManualClock();
    clock.advance(noon);
    told = [];
    queries = [];
    earlier = { requests: 5, costNanoUsd: 500, cacheHits: 1, cacheLookups: 2 };
    isAway = false;
    today = createUsageToday({
      clock,
      ledger: {
        async usage(query) {
          queries.push(query);
          if (isAway) throw new Error('away');
          const totals = { ...noUsageSums, ...earlier };
          return { from: null, to: null, groupBy: null, totals, groups: [] };
        },
      },
      onChanged: (summary) => told.push(summary),
    });
  });
  afterEach(() => today.close());

  const row = (changes: Partial<LedgerRow> = {}): LedgerRow =>
    aRequestRecord({ startedAt: clock.now(), costNanoUsd: 100, ...changes });
  /** Lets time pass in steps in which what was asked can be answered. */
  const pass = async (milliseconds: number): Promise<void> => {
    for (let i = 0; i < milliseconds; i += 250) {
      clock.advance(250);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const latest = (): [number, number] | undefined => {
    const totals = told.at(-1)?.totals;
    return totals && [totals.requests, totals.costNanoUsd];
  };

  it('is what earlier cores wrote and the requests of this one', async () => {
    today.note([row(), row({ cacheOutcome: 'hit', costNanoUsd: 0 })]);
    const { from, to, totals, hitRate } = await today.summary();
    assert.deepEqual([from, to], [midnight, null]);
    assert.deepEqual([totals.requests, totals.costNanoUsd, hitRate], [7, 600, 2 / 4]);
    assert.deepEqual(queries, [{ from: midnight, to: noon }]);
  });

  it('is told after a change, at most four times a second', async () => {
    await pass(1000);
    assert.deepEqual(latest(), [5, 500]);
    told.length = 0;
    for (let i = 0; i < 100; i++) {
      today.note([row()]);
      clock.advance(10);
    }
    assert.equal(told.length, 4);
    await pass(2000);
    assert.equal(told.length, 4, 'without a change there is nothing to tell');
    assert.deepEqual(latest(), [105, 10_500]);
  });

  it('is not told in part while the ledger is away, and once it is back', async () => {
    isAway = true;
    today.note([row()]);
    await pass(1000);
    assert.deepEqual(told, []);
    await assert.rejects(today.summary(), /away/);
    isAway = false;
    await pass(500);
    assert.deepEqual(latest(), [6, 600]);
  });

  it('takes in what a core that handed over has written late', async () => {
    await pass(500);
    earlier = { ...earlier, requests: 8 };
    await pass(61_000);
    assert.equal(latest()?.[0], 8);
  });

  it('begins anew at midnight, with what began then', async () => {
    await pass(500);
    const late = row();
    clock.advance(12 * hour);
    today.note([late, row()]);
    await pass(500);
    assert.deepEqual(latest(), [1, 100]);
    assert.equal(told.at(-1)?.from, midnight + 24 * hour);
    const asked = queries.length;
    await today.summary();
    assert.equal(queries.length, asked, 'no earlier core has written into this day');
  });
});
