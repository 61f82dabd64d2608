// Adds up rows, or sums of rows, into the report of a usage query; the same for every back end.
import { noUsageSums } from '../../contract/no-usage-sums.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { UsageQuery, UsageReport, UsageSums } from '../../domain/ledger.ts';

const hitOutcomes: readonly LedgerRow['cacheOutcome'][] = ['hit', 'semantic', 'coalesced'];

/** Neither the client's leaving nor a request still running is a failure. */
const failedOutcomes: readonly LedgerRow['outcome'][] = ['failed', 'incomplete', 'interrupted'];

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** What each sum counts: of one row, and as an SQL expression over the columns of a row. */
export const usageSumRules: {
  readonly [Name in keyof UsageSums]: {
    readonly of: (row: LedgerRow) => number;
    readonly sql: string;
  };
} = {
  requests: { of: () => 1, sql: '1' },
  failedRequests: {
    of: (row) => Number(failedOutcomes.includes(row.outcome)),
    sql: `outcome IN (${list(failedOutcomes)})`,
  },
  cacheHits: {
    of: (row) => Number(hitOutcomes.includes(row.cacheOutcome)),
    sql: `cache_outcome IN (${list(hitOutcomes)})`,
  },
  cacheLookups: {
    of: (row) => Number(row.cacheOutcome !== 'bypass'),
    sql: `cache_outcome <> 'bypass'`,
  },
  // An open request has no price yet, and what is passed through unread is never priced.
  unpricedRequests: {
    of: (row) => Number(row.costNanoUsd === null && row.isMetered && row.outcome !== 'open'),
    sql: `cost_nano_usd IS NULL AND is_metered AND outcome <> 'open'`,
  },
  // What stands in an open row is for the case that it never ends.
  estimatedRequests: {
    of: (row) => Number(row.isUsageEstimated && row.outcome !== 'open'),
    sql: `is_usage_estimated AND outcome <> 'open'`,
  },
  inputTokens: {
    of: (row) => (row.outcome === 'open' ? 0 : (row.inputTokens ?? 0)),
    sql: `CASE WHEN outcome <> 'open' THEN input_tokens END`,
  },
  cacheReadTokens: { of: (row) => row.cacheReadTokens ?? 0, sql: 'cache_read_tokens' },
  cacheWriteTokens: {
    of: (row) => (row.cacheWrite5mTokens ?? 0) + (row.cacheWrite1hTokens ?? 0),
    sql: 'ifnull(cache_write_5m_tokens, 0) + ifnull(cache_write_1h_tokens, 0)',
  },
  outputTokens: { of: (row) => row.outputTokens ?? 0, sql: 'output_tokens' },
  reasoningTokens: { of: (row) => row.reasoningTokens ?? 0, sql: 'reasoning_tokens' },
  costNanoUsd: {
    of: (row) => (row.outcome === 'open' ? 0 : (row.costNanoUsd ?? 0)),
    sql: `CASE WHEN outcome <> 'open' THEN cost_nano_usd END`,
  },
  savedByCacheNanoUsd: {
    of: (row) => row.savedByCacheNanoUsd ?? 0,
    sql: 'saved_by_cache_nano_usd',
  },
  savedByPromptCacheNanoUsd: {
    of: (row) => row.savedByPromptCacheNanoUsd ?? 0,
    sql: 'saved_by_prompt_cache_nano_usd',
  },
};

// Object.keys forgets which names they are; the type above proves that there are no others.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const sumNames = Object.keys(usageSumRules) as readonly (keyof UsageSums)[];

/** Collects sums by key; `tag` takes the comma-joined tags of rows for a key. */
export class UsageSummary {
  readonly #query: UsageQuery;
  readonly #totals = { ...noUsageSums };
  readonly #groups = new Map<string | null, UsageSums>();

  constructor(query: UsageQuery) {
    this.#query = query;
  }

  /** Adds the sums of rows that share a key. A value that is missing counts as 0. */
  add(key: string | null, sums: Readonly<Record<string, unknown>>): void {
    addSums(this.#totals, sums);
    if (this.#query.groupBy === undefined) return;
    for (const each of this.#query.groupBy === 'tag' ? tagsOf(key) : [key]) {
      let group = this.#groups.get(each);
      if (group === undefined) this.#groups.set(each, (group = { ...noUsageSums }));
      addSums(group, sums);
    }
  }

  addRow(key: string | null, row: LedgerRow): void {
    const sums: Record<string, number> = {};
    for (const name of sumNames) sums[name] = usageSumRules[name].of(row);
    this.add(key, sums);
  }

  report(): UsageReport {
    const { from, to, groupBy } = this.#query;
    const groups = [...this.#groups].map(([key, sums]) => ({ key, sums }));
    const isByTime = groupBy === 'day' || groupBy === 'hour';
    groups.sort(isByTime ? byKey : byCost);
    return {
      from: from ?? null,
      to: to ?? null,
      groupBy: groupBy ?? null,
      totals: this.#totals,
      groups,
    };
  }
}

type Group = UsageReport['groups'][number];

function byKey(a: Group, b: Group): number {
  return (a.key ?? '') < (b.key ?? '') ? -1 : 1;
}

function byCost(a: Group, b: Group): number {
  return (
    b.sums.costNanoUsd - a.sums.costNanoUsd || b.sums.requests - a.sums.requests || byKey(a, b)
  );
}

/** A request with several tags counts under each; one without counts under null. */
function tagsOf(joined: string | null): Iterable<string | null> {
  const tags = (joined ?? '').split(',').map((tag) => tag.trim());
  const present = new Set(tags.filter((tag) => tag !== ''));
  return present.size === 0 ? [null] : present;
}

function addSums(sums: UsageSums, added: Readonly<Record<string, unknown>>): void {
  for (const name of sumNames) sums[name] += Number(added[name] ?? 0);
}
