// The ledger of a host without SQLite, or with a folder that may not be written: gone with the process.
import type {
  LedgerFilter,
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
} from '../../../domain/ledger.ts';
import type { LedgerRow } from '../../../domain/ledger-row.ts';
import { cursorAfter, positionOf, type RequestsPosition } from '../requests-cursor.ts';
import { decodeRows, rowOfValues } from '../row-codec.ts';
import type { LedgerHealth, StoreLedger } from '../store-ledger.ts';
import { timeBucket } from '../time-buckets.ts';
import { UsageSummary } from '../usage-report.ts';

const millisecondsPerDay = 86_400_000;

export interface MemoryLedgerDependencies {
  readonly now: () => number;
}

export interface MemoryLedgerOptions {
  /** The oldest go first. A row takes about 1.5 KB. Default: 20,000. */
  readonly maxRows?: number;
  /** Why rows are kept in memory only, for the user; null where that was chosen. */
  readonly notice?: string | null;
}

export function createMemoryLedger(
  dependencies: MemoryLedgerDependencies,
  options: MemoryLedgerOptions = {},
): StoreLedger {
  return new MemoryLedger(dependencies, options);
}

class MemoryLedger implements StoreLedger {
  readonly #now: () => number;
  readonly #maxRows: number;
  readonly #notices: readonly string[];
  /** In the order in which requests were first seen. */
  readonly #rows = new Map<string, LedgerRow>();
  #retentionDays: number | null = null;

  constructor({ now }: MemoryLedgerDependencies, { maxRows, notice }: MemoryLedgerOptions) {
    this.#now = now;
    this.#maxRows = maxRows ?? 20_000;
    this.#notices = notice === undefined || notice === null ? [] : [notice];
  }

  append(rows: readonly LedgerRow[]): Promise<void> {
    for (const row of rows) {
      const isLate =
        row.outcome === 'open' && (this.#rows.get(row.requestId) ?? row).outcome !== 'open';
      if (!isLate) this.#rows.set(row.requestId, row);
    }
    this.#deleteOld();
    return Promise.resolve();
  }

  appendEncoded(rowsJson: string): Promise<void> {
    return this.append(decodeRows(rowsJson).map((values) => rowOfValues(values)));
  }

  closeOrphans(endedAt: number): Promise<number> {
    let closed = 0;
    for (const [requestId, row] of this.#rows) {
      if (row.outcome !== 'open' || row.startedAt > endedAt) continue;
      const end = { outcome: 'interrupted', endedAt, isUsageEstimated: true } as const;
      this.#rows.set(requestId, { ...row, ...end });
      closed += 1;
    }
    return Promise.resolve(closed);
  }

  usage(query: UsageQuery): Promise<UsageReport> {
    const summary = new UsageSummary(query);
    for (const row of this.#rows.values()) {
      if (passes(row, query)) summary.addRow(groupKey(row, query), row);
    }
    return Promise.resolve(summary.report());
  }

  async requests(query: RequestsQuery): Promise<RequestsPage> {
    const position = query.cursor === undefined ? null : positionOf(query.cursor);
    const rows = [...this.#rows.values()]
      .filter((row) => passes(row, query) && (position === null || newestFirst(position, row) < 0))
      .toSorted(newestFirst);
    const requests = rows.slice(0, query.limit);
    const last = requests.at(-1);
    const hasMore = rows.length > requests.length && last !== undefined;
    return { requests, nextCursor: hasMore ? cursorAfter(last) : null };
  }

  setRetentionDays(days: number | null): void {
    this.#retentionDays = days;
    this.#deleteOld();
  }

  health(): LedgerHealth {
    return { state: 'memory', notices: this.#notices };
  }

  close(): Promise<void> {
    this.#rows.clear();
    return Promise.resolve();
  }

  #deleteOld(): void {
    const days = this.#retentionDays;
    const before = days === null ? 0 : this.#now() - days * millisecondsPerDay;
    for (const [requestId, row] of this.#rows) {
      if (this.#rows.size <= this.#maxRows && row.startedAt >= before) return;
      this.#rows.delete(requestId);
    }
  }
}

function passes(row: LedgerRow, filter: LedgerFilter): boolean {
  const isInTime =
    row.startedAt >= (filter.from ?? 0) && row.startedAt < (filter.to ?? Number.POSITIVE_INFINITY);
  const isWanted = (wanted: string | undefined, value: string | null): boolean =>
    wanted === undefined || wanted === value;
  return (
    isInTime &&
    isWanted(filter.model, row.model) &&
    isWanted(filter.provider, row.provider) &&
    isWanted(filter.assistant, row.assistant) &&
    isWanted(filter.workspace, row.workspace) &&
    isWanted(filter.branch, row.branch) &&
    isWanted(filter.user, row.user) &&
    isWanted(filter.session, row.session)
  );
}

function groupKey(row: LedgerRow, { groupBy, timezoneOffsetMinutes }: UsageQuery): string | null {
  switch (groupBy) {
    case undefined:
      return null;
    case 'day':
    case 'hour':
      return timeBucket(groupBy, row.startedAt, timezoneOffsetMinutes ?? 0)?.key ?? null;
    case 'tag':
      return row.tags;
    case 'model':
    case 'provider':
    case 'assistant':
    case 'workspace':
    case 'branch':
    case 'user':
      return row[groupBy];
  }
}

function newestFirst(a: RequestsPosition, b: RequestsPosition): number {
  if (a.startedAt !== b.startedAt) return b.startedAt - a.startedAt;
  if (a.requestId === b.requestId) return 0;
  return a.requestId < b.requestId ? 1 : -1;
}
