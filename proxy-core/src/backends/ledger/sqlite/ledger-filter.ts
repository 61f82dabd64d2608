import type { LedgerFilter } from '../../../domain/ledger.ts';

/** A condition for a WHERE clause, with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly string[];
}

const labels = [
  'model',
  'provider',
  'assistant',
  'workspace',
  'branch',
  'user',
  'session',
] as const satisfies (keyof LedgerFilter)[];

/** All of the filter but its times. The sql begins with ` AND` or is empty. */
export function labelCondition(filter: LedgerFilter): Condition {
  const used = labels.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ name, value }];
  });
  return {
    sql: used.map(({ name }) => ` AND ${name} = ?`).join(''),
    parameters: used.map(({ value }) => value),
  };
}
