import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { RequestsPage } from '../../proxy-core/src/contract/index.ts';
import { requestsPageSchema, usageReportSchema } from '../../proxy-core/src/contract/index.ts';
import type { LedgerRow } from '../../proxy-core/src/domain/ledger-row.ts';
import type { Ledger, UsageQuery } from '../../proxy-core/src/domain/ledger.ts';
import { aLedgerRow, anOpenLedgerRow, noon } from '../support/ledger-rows.ts';
import { createLedger, ledgerBackendNames } from './ledger-harness.ts';

const hour = 3_600_000;
const day = 24 * hour;

async function idsOf(page: Promise<RequestsPage>): Promise<string[]> {
  return (await page).requests.map(({ requestId }) => requestId);
}

for (const backend of ledgerBackendNames) {
  describe(`the ${backend} ledger`, () => {
    let ledger: Ledger;

    beforeEach(() => {
      ledger = createLedger(backend);
    });

    afterEach(() => ledger.close());

    const groups = async (query: UsageQuery): Promise<Record<string, number>> => {
      const report = await ledger.usage(query);
      usageReportSchema.parse(report);
      return Object.fromEntries(report.groups.map(({ key, sums }) => [String(key), sums.requests]));
    };

    it('gives back every column as it was written', async () => {
      const full = aLedgerRow({
        requestId: 'full',
        tags: 'team=a,env=dev',
        user: 'ann',
        routeRule: 'cheap',
        experimentArm: 'b',
        errorCode: 'upstream_timeout',
        isStream: false,
        isMetered: false,
        cacheOutcome: 'semantic',
        cacheSimilarity: 0.9375,
        isUsageEstimated: true,
        savedByOptimisationNanoUsd: -5,
        savedByRoutingNanoUsd: 9_007_199_254_740_991,
      });
      const open = anOpenLedgerRow({ requestId: 'open', startedAt: noon - 1 });
      await ledger.append([full, open]);
      const page = await ledger.requests({ limit: 10 });
      assert.deepEqual(page, { requests: [full, open], nextCursor: null });
      requestsPageSchema.parse(page);
    });

    it('keeps the values of every column apart', async () => {
      const base = aLedgerRow();
      const distinct = Object.fromEntries(
        Object.entries(base).map(([name, value], index) => {
          if (typeof value === 'boolean' || name === 'startedAt') return [name, value];
          return /At$|Ms$|Usd$|Tokens$|status|attempts|Similarity/.test(name)
            ? [name, 1000 + index]
            : [name, `value ${index}`];
        }),
      ) as unknown as LedgerRow;
      for (const name of ['isStream', 'isMetered', 'isUsageEstimated'] as const) {
        const row = { ...distinct, [name]: !base[name], requestId: name };
        await ledger.append([row]);
        assert.deepEqual(
          (await ledger.requests({ limit: 1000 })).requests.find(
            ({ requestId }) => requestId === name,
          ),
          row,
        );
      }
    });

    it('replaces an open row by the closed one, and no closed row by a late open one', async () => {
      await ledger.append([anOpenLedgerRow({ requestId: 'a' })]);
      await ledger.append([aLedgerRow({ requestId: 'a' }), aLedgerRow({ requestId: 'b' })]);
      await ledger.append([
        anOpenLedgerRow({ requestId: 'a' }),
        anOpenLedgerRow({ requestId: 'b' }),
      ]);
      const { requests } = await ledger.requests({ limit: 10 });
      assert.deepEqual(
        requests.map(({ requestId, outcome }) => [requestId, outcome]),
        [
          ['b', 'completed'],
          ['a', 'completed'],
        ],
      );
    });

    it('takes the last of several closed rows, and of several open ones', async () => {
      await ledger.append([aLedgerRow({ requestId: 'a', attempts: 1 })]);
      await ledger.append([aLedgerRow({ requestId: 'a', attempts: 2 })]);
      await ledger.append([
        anOpenLedgerRow({ requestId: 'b', provider: 'x', startedAt: noon - 1 }),
      ]);
      const [a, b] = (await ledger.requests({ limit: 10 })).requests;
      assert.deepEqual([a?.attempts, b?.provider], [2, 'x']);
      await ledger.append([
        anOpenLedgerRow({ requestId: 'b', provider: 'y', startedAt: noon - 1 }),
      ]);
      assert.equal((await ledger.requests({ limit: 10 })).requests[1]?.provider, 'y');
    });

    it('takes an empty batch', async () => {
      await ledger.append([]);
      assert.deepEqual(await ledger.requests({ limit: 1 }), { requests: [], nextCursor: null });
    });

    it('closes orphans as interrupted and estimated, and nothing else', async () => {
      const done = aLedgerRow({ requestId: 'done' });
      await ledger.append([done, anOpenLedgerRow({ requestId: 'cut', startedAt: noon - 1 })]);
      assert.equal(await ledger.closeOrphans(noon + day), 1);
      assert.equal(await ledger.closeOrphans(noon + day), 0);
      const [first, cut] = (await ledger.requests({ limit: 10 })).requests;
      assert.deepEqual(first, done);
      assert.deepEqual(
        [cut?.outcome, cut?.endedAt, cut?.isUsageEstimated, cut?.costNanoUsd],
        ['interrupted', noon + day, true, null],
      );
    });

    it('leaves open what has begun since', async () => {
      await ledger.append([anOpenLedgerRow({ requestId: 'live', startedAt: noon + 1 })]);
      assert.equal(await ledger.closeOrphans(noon), 0);
      assert.equal((await ledger.requests({ limit: 1 })).requests[0]?.outcome, 'open');
    });

    it('lets the true end of a request overrule that it was taken for interrupted', async () => {
      await ledger.append([anOpenLedgerRow({ requestId: 'a' })]);
      await ledger.closeOrphans(noon + day);
      await ledger.append([aLedgerRow({ requestId: 'a' })]);
      assert.equal((await ledger.requests({ limit: 1 })).requests[0]?.outcome, 'completed');
    });

    it('sums up nothing to zeros and no groups', async () => {
      const report = await ledger.usage({ groupBy: 'day' });
      usageReportSchema.parse(report);
      assert.deepEqual(report.groups, []);
      assert.ok(Object.values(report.totals).every((sum) => sum === 0));
    });

    it('counts each kind of request where it belongs', async () => {
      const kinds: Partial<LedgerRow>[] = [
        { outcome: 'completed', cacheOutcome: 'miss' },
        { outcome: 'completed', cacheOutcome: 'hit', costNanoUsd: 0, savedByCacheNanoUsd: 7 },
        { outcome: 'completed', cacheOutcome: 'semantic', costNanoUsd: 0 },
        { outcome: 'completed', cacheOutcome: 'coalesced', costNanoUsd: 0 },
        { outcome: 'failed', costNanoUsd: null },
        { outcome: 'incomplete', isUsageEstimated: true },
        { outcome: 'interrupted', costNanoUsd: null, isUsageEstimated: true },
        { outcome: 'aborted' },
        { isMetered: false, costNanoUsd: null },
        {
          cacheReadTokens: 5,
          cacheWrite5mTokens: 3,
          cacheWrite1hTokens: 4,
          reasoningTokens: 6,
          savedByPromptCacheNanoUsd: 8,
        },
      ];
      await ledger.append([
        ...kinds.map((kind, index) => aLedgerRow({ requestId: `r${index}`, ...kind })),
        anOpenLedgerRow({ requestId: 'open' }),
      ]);
      const { totals } = await ledger.usage({});
      assert.deepEqual(totals, {
        requests: 11,
        failedRequests: 3,
        cacheHits: 3,
        cacheLookups: 4,
        unpricedRequests: 2,
        estimatedRequests: 2,
        inputTokens: 10_000,
        cacheReadTokens: 5,
        cacheWriteTokens: 7,
        outputTokens: 2000,
        reasoningTokens: 6,
        costNanoUsd: 40_000_000,
        savedByCacheNanoUsd: 7,
        savedByPromptCacheNanoUsd: 8,
      });
    });

    it('adds money exactly up to the largest safe integer', async () => {
      const most = Number.MAX_SAFE_INTEGER;
      await ledger.append([
        aLedgerRow({ requestId: 'a', costNanoUsd: most - 3 }),
        aLedgerRow({ requestId: 'b', costNanoUsd: 3 }),
      ]);
      assert.equal((await ledger.usage({})).totals.costNanoUsd, most);
    });

    it('groups by days and hours of the asker’s clock, ascending', async () => {
      const times = [-13 * hour, -12 * hour, -1, 0, 11.5 * hour, 11.5 * hour + 1];
      await ledger.append(
        times.map((time, index) => aLedgerRow({ requestId: `r${index}`, startedAt: noon + time })),
      );
      const report = await ledger.usage({ groupBy: 'day' });
      assert.deepEqual(
        report.groups.map(({ key, sums }) => [key, sums.requests]),
        [
          ['2026-11-24', 1],
          ['2026-11-25', 5],
        ],
      );
      assert.deepEqual(await groups({ groupBy: 'day', timezoneOffsetMinutes: 60 }), {
        '2026-11-25': 4,
        '2026-11-26': 2,
      });
      assert.deepEqual(await groups({ groupBy: 'hour', timezoneOffsetMinutes: 330 }), {
        '2026-11-25T04:00': 1,
        '2026-11-25T05:00': 1,
        '2026-11-25T17:00': 2,
        '2026-11-26T05:00': 2,
      });
    });

    for (const groupBy of [
      'model',
      'provider',
      'assistant',
      'workspace',
      'branch',
      'user',
    ] as const) {
      it(`groups by ${groupBy}, dearest first, the rows without one under null`, async () => {
        await ledger.append([
          aLedgerRow({ requestId: 'a', [groupBy]: 'cheap', costNanoUsd: 1 }),
          aLedgerRow({ requestId: 'b', [groupBy]: 'dear', costNanoUsd: 5 }),
          aLedgerRow({ requestId: 'c', [groupBy]: null, costNanoUsd: 3 }),
          aLedgerRow({ requestId: 'd', [groupBy]: 'cheap', costNanoUsd: 1 }),
        ]);
        const report = await ledger.usage({ groupBy });
        assert.deepEqual(
          report.groups.map(({ key, sums }) => [key, sums.costNanoUsd]),
          [
            ['dear', 5],
            [null, 3],
            ['cheap', 2],
          ],
        );
      });
    }

    it('counts a request with several tags under each of them, and once in the totals', async () => {
      await ledger.append([
        aLedgerRow({ requestId: 'a', tags: 'team=x, env=dev' }),
        aLedgerRow({ requestId: 'b', tags: 'team=x,team=x' }),
        aLedgerRow({ requestId: 'c', tags: null }),
      ]);
      assert.deepEqual(await groups({ groupBy: 'tag' }), { 'team=x': 2, 'env=dev': 1, null: 1 });
      assert.equal((await ledger.usage({ groupBy: 'tag' })).totals.requests, 3);
    });

    it('answers only for rows that pass every condition, `from` included and `to` not', async () => {
      const labels = [
        'model',
        'provider',
        'assistant',
        'workspace',
        'branch',
        'user',
        'session',
      ] as const;
      for (const name of labels) {
        await ledger.append([aLedgerRow({ requestId: name, [name]: 'wanted' })]);
        const filter = { [name]: 'wanted' };
        assert.equal((await ledger.usage(filter)).totals.requests, 1, name);
        assert.deepEqual(await idsOf(ledger.requests({ limit: 10, ...filter })), [name]);
      }
      assert.equal((await ledger.usage({ model: 'wanted', branch: 'wanted' })).totals.requests, 0);
      const between = { from: noon, to: noon + 1 };
      assert.equal((await ledger.usage(between)).totals.requests, labels.length);
      assert.equal((await ledger.usage({ to: noon })).totals.requests, 0);
      assert.deepEqual(await idsOf(ledger.requests({ limit: 10, from: noon + 1 })), []);
      assert.deepEqual(await idsOf(ledger.requests({ limit: 10, to: noon })), []);
      assert.equal(
        (await ledger.requests({ limit: 10, ...between })).requests.length,
        labels.length,
      );
    });

    it('gives totals that are the sum of the groups, also over many rows at one moment', async () => {
      const rows = Array.from({ length: 3500 }, (_, index) =>
        aLedgerRow({
          requestId: `r${String(index).padStart(5, '0')}`,
          // Two crowded milliseconds, so that no step can end between rows of one time.
          startedAt: index < 1700 ? noon : index < 3000 ? noon + 1 : noon + index * 1000,
          model: `m${index % 7}`,
          costNanoUsd: randomInt(1_000_000),
        }),
      );
      await ledger.append(rows);
      const cost = rows.reduce((sum, row) => sum + (row.costNanoUsd ?? 0), 0);
      for (const groupBy of ['model', 'hour', undefined] as const) {
        const report = await ledger.usage(groupBy === undefined ? {} : { groupBy });
        assert.equal(report.totals.requests, 3500);
        assert.equal(report.totals.costNanoUsd, cost);
        if (groupBy === undefined) continue;
        assert.equal(
          report.groups.reduce((sum, group) => sum + group.sums.costNanoUsd, 0),
          cost,
        );
      }
    });

    it('pages through requests newest first, each once, while new ones come in', async () => {
      const rows = Array.from({ length: 25 }, (_, index) =>
        // Several share a time: the id decides.
        aLedgerRow({ requestId: `r${10 + index}`, startedAt: noon + Math.floor(index / 4) }),
      );
      await ledger.append(rows);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query = { limit: 6, ...(cursor === null ? {} : { cursor }) };
        const page: RequestsPage = await ledger.requests(query);
        seen.push(...page.requests.map(({ requestId }) => requestId));
        cursor = page.nextCursor;
        await ledger.append([
          aLedgerRow({ requestId: `new${seen.length}`, startedAt: noon + day }),
        ]);
      } while (cursor !== null);
      assert.deepEqual(seen, rows.map(({ requestId }) => requestId).toReversed());
    });

    it('finds the few requests that pass a filter among thousands', async () => {
      const rows = Array.from({ length: 6000 }, (_, index) =>
        aLedgerRow({
          requestId: `r${String(index).padStart(5, '0')}`,
          startedAt: noon + index,
          session: index % 2500 === 0 ? 'rare' : 'common',
        }),
      );
      await ledger.append(rows);
      const first = await ledger.requests({ limit: 2, session: 'rare' });
      assert.deepEqual(
        first.requests.map(({ startedAt }) => startedAt - noon),
        [5000, 2500],
      );
      const rest = await ledger.requests({
        limit: 2,
        session: 'rare',
        cursor: first.nextCursor ?? '',
      });
      assert.deepEqual(
        rest.requests.map(({ startedAt }) => startedAt - noon),
        [0],
      );
      assert.equal(rest.nextCursor, null);
    });

    it('refuses a cursor that is none of its own', async () => {
      await assert.rejects(ledger.requests({ limit: 1, cursor: 'DROP TABLE' }), {
        code: 'bad_request',
      });
    });
  });
}
