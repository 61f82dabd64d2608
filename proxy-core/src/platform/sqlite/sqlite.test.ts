import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOlderAsides } from './database-files.ts';
import { loadSqlite, type SqliteModule } from './load-sqlite.ts';
import { inTransaction } from './migrate.ts';
import { RecoveringDatabase, type MovedDatabase } from './recovering-database.ts';
import { classifySqliteError } from './sqlite-fault.ts';

const now = Date.UTC(2026, 10, 25, 12);

function sqliteModule(): SqliteModule {
  const sqlite = loadSqlite();
  assert.ok(sqlite !== null);
  return sqlite;
}

describe('node:sqlite', () => {
  it('is loaded without its warning, and other warnings pass', async () => {
    const seen: string[] = [];
    const listener = (warning: Error): void => void seen.push(warning.message);
    process.on('warning', listener);
    assert.ok(loadSqlite() !== null);
    process.emitWarning('something else', 'ExperimentalWarning');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listener);
    assert.deepEqual(seen, ['something else']);
  });
});

describe('classifySqliteError', () => {
  const sqliteError = (errcode: number): Error => Object.assign(new Error('x'), { errcode });

  it('knows damage, read-only media and what may pass', () => {
    const faults = [11, 26, 522, 267, 8, 1032, 14, 13, 10, 266, 5, 1, 19].map((code) =>
      classifySqliteError(sqliteError(code)),
    );
    assert.deepEqual(faults, [
      ...['corrupt', 'corrupt', 'corrupt', 'corrupt'],
      ...['read-only', 'read-only', 'read-only'],
      ...['unavailable', 'unavailable', 'unavailable', 'unavailable'],
      ...['other', 'other'],
    ]);
  });

  it('reads the errors of the file system too', () => {
    const faults = ['EROFS', 'ENOSPC', 'ERR_INVALID_ARG_TYPE'].map((code) =>
      classifySqliteError(Object.assign(new Error('x'), { code })),
    );
    assert.deepEqual(faults, ['read-only', 'unavailable', 'other']);
    assert.equal(classifySqliteError('a string'), 'other');
  });
});

describe('a recovering database', () => {
  let folder: string;
  let path: string;
  let moved: MovedDatabase[];
  const opened: RecoveringDatabase<DatabaseSync>[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'relaycore-sqlite-'));
    path = join(folder, 'deep/data.db');
    moved = [];
  });

  afterEach(() => {
    for (const database of opened.splice(0)) database.close();
    rmSync(folder, { recursive: true });
  });

  function create(migrations = ['CREATE TABLE t(x TEXT)']): RecoveringDatabase<DatabaseSync> {
    const database = new RecoveringDatabase<DatabaseSync>(
      { sqlite: sqliteModule(), now: () => now },
      {
        path,
        migrations,
        pragmas: [],
        prepare: (open) => {
          open.prepare('SELECT x FROM t');
          return open;
        },
        onMovedAside: (each) => moved.push(each),
      },
    );
    opened.push(database);
    return database;
  }

  const insert = (database: RecoveringDatabase<DatabaseSync>, value: string): void =>
    database.run((open) => void open.prepare('INSERT INTO t VALUES(?)').run(value));
  const values = (database: RecoveringDatabase<DatabaseSync>): unknown[] =>
    database.run((open) =>
      open
        .prepare('SELECT x FROM t')
        .all()
        .map((row) => row['x']),
    );

  it('is created with its folder, for its owner only', () => {
    const database = create();
    assert.deepEqual(database.open(), { kind: 'open' });
    insert(database, 'a');
    for (const suffix of ['', '-wal', '-shm']) {
      assert.equal(statSync(path + suffix).mode & 0o777, 0o600, suffix);
    }
    assert.equal(statSync(join(folder, 'deep')).mode & 0o777, 0o700);
  });

  it('takes others their access to a file that is there already', () => {
    create().close();
    const database = create();
    database.open();
    database.close();
    chmodSync(path, 0o644);
    assert.deepEqual(create().open(), { kind: 'open' });
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('is migrated step by step and keeps what it has', () => {
    const first = create();
    insert(first, 'old');
    first.close();
    const second = create(['not run again', 'ALTER TABLE t ADD COLUMN y TEXT']);
    assert.deepEqual(second.open(), { kind: 'open' });
    assert.deepEqual(
      second.run((open) => ({ ...open.prepare('SELECT x, y FROM t').get() })),
      { x: 'old', y: null },
    );
  });

  it('leaves a newer schema alone and says which it is', () => {
    const newer = create(['CREATE TABLE t(x)', 'CREATE TABLE u(x)', 'CREATE TABLE v(x)']);
    newer.open();
    newer.close();
    const before = readFileSync(path);
    assert.deepEqual(create().open(), { kind: 'newer', found: 3, known: 1 });
    assert.throws(() => insert(create(), 'x'), /schema 3, known is 1/);
    assert.deepEqual(readFileSync(path), before);
  });

  it('stays at the version before a migration that fails', () => {
    const broken = create(['CREATE TABLE t(x)', 'CREATE TABLE u(x); nonsense']);
    assert.throws(() => broken.open(), /syntax error/);
    broken.close();
    const database = create(['CREATE TABLE t(x)']);
    assert.deepEqual(database.open(), { kind: 'open' });
    assert.deepEqual(moved, []);
  });

  it('moves a file aside that is no database, and begins anew', () => {
    const database = create();
    database.open();
    database.close();
    writeFileSync(path, Buffer.alloc(20_000, 'junk'));
    const next = create();
    insert(next, 'new');
    assert.deepEqual(values(next), ['new']);
    assert.equal(moved.length, 1);
    assert.equal(moved[0]?.aside, `${path}.corrupt-2026-11-25T12-00-00.000Z`);
    assert.equal(readFileSync(moved[0].aside, 'latin1').slice(0, 4), 'junk');
  });

  it('moves a database aside that is found damaged later, with its log, and repeats the work', () => {
    const database = create();
    for (let row = 0; row < 200; row++) insert(database, `${row}-${'x'.repeat(500)}`);
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096);
    writeFileSync(path, bytes);
    const next = create();
    assert.deepEqual(next.open(), { kind: 'open' });
    insert(next, 'after');
    assert.deepEqual(values(next), ['after']);
    assert.equal(moved.length, 1);
  });

  it('moves a database aside that was cut short', () => {
    const database = create();
    for (let row = 0; row < 200; row++) insert(database, `${row}-${'x'.repeat(500)}`);
    database.close();
    truncateSync(path, 4096 * 3 + 100);
    assert.deepEqual(values(create()), []);
    assert.equal(moved.length, 1);
  });

  it('gives two damaged databases of the same moment names of their own', () => {
    for (const junk of ['first', 'second']) {
      rmSync(path, { force: true });
      create().open();
      for (const database of opened.splice(0)) database.close();
      writeFileSync(path, Buffer.alloc(20_000, junk));
      create().open();
      for (const database of opened.splice(0)) database.close();
    }
    const asides = readdirSync(join(folder, 'deep')).filter((name) => name.includes('corrupt'));
    assert.equal(asides.length, 2);
    removeOlderAsides(path, moved[1]?.aside ?? '');
    const left = readdirSync(join(folder, 'deep')).filter((name) => name.includes('corrupt'));
    assert.deepEqual(left, ['data.db.corrupt-2026-11-25T12-00-00.000Z-2']);
  });

  it('stops moving files aside on a medium that damages every one', () => {
    const database = create();
    const damaged = Object.assign(new Error('damaged'), { errcode: 11 });
    const fail = (): never => {
      throw damaged;
    };
    for (let attempt = 0; attempt < 20; attempt++) {
      assert.throws(() => database.run(fail), damaged);
    }
    assert.equal(moved.length, 10);
    insert(database, 'still works');
  });

  it('takes a file of the right version without our tables for damaged', () => {
    const database = create();
    database.run((open) => open.exec('DROP TABLE t; CREATE TABLE other(z)'));
    database.close();
    insert(create(), 'new');
    assert.equal(moved.length, 1);
  });

  it('undoes a transaction that fails half-way', () => {
    const database = create();
    assert.throws(() =>
      database.run((open) =>
        inTransaction(open, () => {
          open.exec("INSERT INTO t VALUES('half')");
          throw new RangeError('stop');
        }),
      ),
    );
    assert.deepEqual(values(database), []);
  });

  it('can be discarded and begun again, but not used once closed', () => {
    const database = create();
    insert(database, 'gone');
    database.discard();
    assert.deepEqual(values(database), []);
    database.close();
    assert.throws(() => values(database), /is closed/);
    assert.deepEqual(readdirSync(join(folder, 'deep')), ['data.db']);
  });
});
