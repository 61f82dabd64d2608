import type { RunOnLedger } from './ledger-access.ts';

const rowsPerStep = 500;

/** Deletes rows that began before a time (epoch milliseconds), oldest first. Returns how many. */
export function* retentionSteps(run: RunOnLedger, before: number): Generator<void, number> {
  const sql = `DELETE FROM requests WHERE (started_at, request_id) IN (
    SELECT started_at, request_id FROM requests WHERE started_at < ?
    ORDER BY started_at, request_id LIMIT ${rowsPerStep})`;
  for (let deleted = 0; ;) {
    const rows = run((access) => access.change(sql, before));
    deleted += rows;
    if (rows < rowsPerStep) return deleted;
    yield;
  }
}
