import type { RequestsPage, RequestsQuery } from '../../../domain/ledger.ts';
import type { LedgerRow } from '../../../domain/ledger-row.ts';
import { cursorAfter, positionOf, type RequestsPosition } from '../requests-cursor.ts';
import { ledgerColumns, rowOfValues } from '../row-codec.ts';
import { labelCondition, type Condition } from './ledger-filter.ts';
import type { RunOnLedger } from './ledger-access.ts';

/** Rows looked at in one step, where a filter may leave few of them. */
const rowsPerStep = 2000;

const columns = Object.values(ledgerColumns).join(', ');
const newestFirst = 'ORDER BY started_at DESC, request_id DESC';
// Both bounds over both columns: of two lower bounds SQLite would search by the looser one.
const isBetween = '(started_at, request_id) < (?, ?) AND (started_at, request_id) >= (?, ?)';

/** A span of the list: older than `before`, not older than `until`. */
interface Window {
  readonly before: RequestsPosition;
  readonly until: RequestsPosition;
  readonly isLast: boolean;
}

/** Finds a page in steps, so that a filter that few rows pass does not keep others waiting. */
export function* requestsSteps(
  run: RunOnLedger,
  query: RequestsQuery,
): Generator<void, RequestsPage> {
  const condition = labelCondition(query);
  const rows: LedgerRow[] = [];
  let before = startOf(query);
  for (;;) {
    const window = nextWindow(run, query, { before, isFiltered: condition.sql !== '' });
    rows.push(...readWindow(run, { window, condition, limit: query.limit + 1 - rows.length }));
    if (rows.length > query.limit) return pageOf(rows, query.limit);
    if (window.isLast) return { requests: rows, nextCursor: null };
    before = window.until;
    yield;
  }
}

function startOf(query: RequestsQuery): RequestsPosition {
  // A row that began at `to` itself has an id greater than the empty one, and stays out.
  const end = { startedAt: query.to ?? Number.MAX_SAFE_INTEGER, requestId: '' };
  if (query.cursor === undefined) return end;
  const position = positionOf(query.cursor);
  return position.startedAt < end.startedAt ? position : end;
}

function nextWindow(
  run: RunOnLedger,
  query: RequestsQuery,
  { before, isFiltered }: { before: RequestsPosition; isFiltered: boolean },
): Window {
  const end = { startedAt: query.from ?? 0, requestId: '' };
  if (!isFiltered) return { before, until: end, isLast: true };
  const row = run((access) =>
    access.first(
      `SELECT started_at, request_id FROM requests WHERE ${isBetween}
        ${newestFirst} LIMIT 1 OFFSET ${rowsPerStep}`,
      boundsOf({ before, until: end }),
    ),
  );
  if (row === undefined) return { before, until: end, isLast: true };
  const until = { startedAt: Number(row['started_at']), requestId: String(row['request_id']) };
  return { before, until, isLast: false };
}

function readWindow(
  run: RunOnLedger,
  { window, condition, limit }: { window: Window; condition: Condition; limit: number },
): LedgerRow[] {
  const sql = `SELECT ${columns} FROM requests
    WHERE ${isBetween}${condition.sql} ${newestFirst} LIMIT ?`;
  const parameters = [...boundsOf(window), ...condition.parameters, limit];
  return run((access) => access.all(sql, parameters)).map((row) => rowOfValues(Object.values(row)));
}

function boundsOf({ before, until }: Pick<Window, 'before' | 'until'>): (string | number)[] {
  return [before.startedAt, before.requestId, until.startedAt, until.requestId];
}

function pageOf(rows: readonly LedgerRow[], limit: number): RequestsPage {
  const requests = rows.slice(0, limit);
  const last = requests.at(-1);
  return { requests, nextCursor: last === undefined ? null : cursorAfter(last) };
}
