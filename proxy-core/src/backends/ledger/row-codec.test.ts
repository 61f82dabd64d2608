import assert from 'node:assert/strict';
import { decodeRows, encodeRows, ledgerColumns, rowOfValues, valuesOfRow } from './row-codec.ts';
import { ledgerMigrations } from './sqlite/ledger-schema.ts';
import { loadSqlite } from '../../platform/sqlite/load-sqlite.ts';

// Every member with a value of its own, so that two that change places are seen.
const row = rowOfValues(
  Object.keys(ledgerColumns).map((name, index) => (/^is[A-Z]/.test(name) ? 0 : `v${index}`)),
);

describe('the row codec', () => {
  it('gives back every member under its own name', () => {
    for (const name of ['isStream', 'isMetered', 'isUsageEstimated'] as const) {
      const one = { ...row, [name]: true };
      const [values] = decodeRows(encodeRows([one]));
      assert.ok(values !== undefined);
      assert.deepEqual(rowOfValues(values), one);
    }
  });

  it('writes values in the order of the columns, booleans as 0 and 1', () => {
    const values = valuesOfRow({ ...row, isStream: true });
    const names = Object.keys(ledgerColumns);
    assert.equal(values.length, names.length);
    assert.equal(values[names.indexOf('isStream')], 1);
    assert.equal(values[names.indexOf('isMetered')], 0);
    assert.equal(values[names.indexOf('upstreamMs')], row.upstreamMs);
  });

  it('names the columns of the table, all of them and in their order', () => {
    const sqlite = loadSqlite();
    assert.ok(sqlite !== null);
    const database = new sqlite.DatabaseSync(':memory:');
    for (const migration of ledgerMigrations) database.exec(migration);
    const columns = database.prepare('PRAGMA table_info(requests)').all();
    assert.deepEqual(
      columns.map((column) => column['name']),
      Object.values(ledgerColumns),
    );
    database.close();
  });
});
