import type { Grouping, UsageQuery, UsageReport } from '../../../domain/ledger.ts';
import { timeBucket } from '../time-buckets.ts';
import { UsageSummary, usageSumRules } from '../usage-report.ts';
import { labelCondition, type Condition } from './ledger-filter.ts';
import type { RunOnLedger } from './ledger-access.ts';

/** About a millisecond of work. */
const rowsPerStep = 1000;

const sums = Object.entries(usageSumRules)
  .map(([name, { sql }]) => `sum(${sql}) AS ${name}`)
  .join(', ');

const columnOf = {
  model: 'model',
  provider: 'provider',
  assistant: 'assistant',
  workspace: 'workspace',
  branch: 'branch',
  user: 'user',
  tag: 'tags',
} as const satisfies Record<Exclude<Grouping, 'day' | 'hour'>, string>;

interface Slice {
  readonly from: number;
  /** Excluded. */
  readonly to: number;
  /** The day or hour that the slice lies in, where that is the grouping. */
  readonly bucketKey: string | null;
}

/**
 * Answers a usage query in steps of at most some thousand rows, so that others are served between
 * them. Groups of each step are added up here, which also spares SQLite a sort of the whole span.
 */
export function* usageSteps(run: RunOnLedger, query: UsageQuery): Generator<void, UsageReport> {
  const summary = new UsageSummary(query);
  const condition = labelCondition(query);
  const sql = sumsSql(query.groupBy, condition);
  for (let from = query.from ?? 0; ;) {
    const slice = nextSlice(run, query, from);
    if (slice === null) return summary.report();
    const parameters = [slice.from, slice.to, ...condition.parameters];
    for (const group of run((access) => access.all(sql, parameters))) {
      if (group['requests'] === null) continue;
      const key = slice.bucketKey ?? group['key'];
      summary.add(typeof key === 'string' ? key : null, group);
    }
    from = slice.to;
    yield;
  }
}

function sumsSql(groupBy: Grouping | undefined, condition: Condition): string {
  const isByLabel = groupBy !== undefined && groupBy !== 'day' && groupBy !== 'hour';
  const key = isByLabel ? columnOf[groupBy] : 'NULL';
  return `SELECT ${key} AS key, ${sums} FROM requests
    WHERE started_at >= ? AND started_at < ?${condition.sql}${isByLabel ? ` GROUP BY ${key}` : ''}`;
}

/** The next rows from `from` on, to the end of their day or hour at most; null behind the last. */
function nextSlice(run: RunOnLedger, query: UsageQuery, from: number): Slice | null {
  const to = query.to ?? Number.MAX_SAFE_INTEGER;
  const nth = (offset: number): number | null =>
    run((access) => {
      const row = access.first(
        `SELECT started_at AS time FROM requests WHERE started_at >= ? AND started_at < ?
          ORDER BY started_at, request_id LIMIT 1 OFFSET ${offset}`,
        [from, to],
      );
      return row === undefined ? null : Number(row['time']);
    });
  const first = nth(0);
  if (first === null) return null;
  const bucket = timeBucket(query.groupBy, first, query.timezoneOffsetMinutes ?? 0);
  const boundary = nth(rowsPerStep) ?? to;
  return {
    from: first,
    // At least one millisecond, however many rows began in it.
    to: Math.max(first + 1, Math.min(boundary, bucket?.end ?? to)),
    bucketKey: bucket?.key ?? null,
  };
}
