// A database that survives its own damage: a corrupt file is moved aside and a new one begun.
import type { DatabaseSync } from 'node:sqlite';
import { createDatabaseFile, moveDatabaseAside, removeDatabase } from './database-files.ts';
import type { SqliteModule } from './load-sqlite.ts';
import { migrate } from './migrate.ts';
import { classifySqliteError } from './sqlite-fault.ts';

const busyTimeoutMs = 250;
/** A medium that damages one database after the other must not be filled with them. */
const maxMoves = 10;
/** The write-ahead log shrinks to this after a checkpoint. */
const maxIdleLogBytes = 16 * 1024 * 1024;

/** A damaged database that was put out of the way. */
export interface MovedDatabase {
  readonly path: string;
  readonly aside: string;
  readonly error: unknown;
}

export interface RecoveringDatabaseOptions<Access> {
  readonly path: string;
  /** See `migrate`. */
  readonly migrations: readonly string[];
  /** Settings that must stand before the first table, such as `PRAGMA page_size`. */
  readonly pragmas: readonly string[];
  /** Makes whatever works on an open database: prepared statements and the like. */
  readonly prepare: (database: DatabaseSync) => Access;
  readonly onMovedAside: (moved: MovedDatabase) => void;
}

export interface RecoveringDatabaseDependencies {
  readonly sqlite: SqliteModule;
  readonly now: () => number;
}

/** The file was written by a newer program, and is left as it is. Versions of the schema. */
export interface NewerDatabase {
  readonly kind: 'newer';
  readonly found: number;
  readonly known: number;
}

interface OpenDatabase<Access> {
  readonly database: DatabaseSync;
  readonly access: Access;
}

export class RecoveringDatabase<Access> {
  readonly #dependencies: RecoveringDatabaseDependencies;
  readonly #options: RecoveringDatabaseOptions<Access>;
  #open: OpenDatabase<Access> | null = null;
  #isClosed = false;
  #moves = 0;

  constructor(
    dependencies: RecoveringDatabaseDependencies,
    options: RecoveringDatabaseOptions<Access>,
  ) {
    this.#dependencies = dependencies;
    this.#options = options;
  }

  /** Opens or creates the file, WAL, mode 0600. Throws what keeps it from being opened. */
  open(): { readonly kind: 'open' } | NewerDatabase {
    return this.#recovering(() => {
      const result = this.#openOnce();
      if ('kind' in result) return result;
      this.#open = result;
      return { kind: 'open' };
    });
  }

  /**
   * Runs `action` on the open database, opening it where it is not. Found corrupt, the database is
   * moved aside, a new one begun, and `action` run once more. Throws what `action` throws, else.
   */
  run<T>(action: (access: Access) => T): T {
    return this.#recovering(() => {
      if (this.#isClosed) throw new Error(`${this.#options.path} is closed.`);
      this.#open ??= this.#openOrThrow();
      return action(this.#open.access);
    });
  }

  /** Lets go of the file, so that the next `run` opens it anew. */
  release(): void {
    const open = this.#open;
    this.#open = null;
    try {
      open?.database.close();
    } catch {
      // Closing may write; a medium that fails there has failed before, and was reported.
    }
  }

  /** Deletes the database; the next `run` begins a new one. */
  discard(): void {
    this.release();
    removeDatabase(this.#options.path);
  }

  /** Writes the log into the database and closes it for good. */
  close(): void {
    this.#isClosed = true;
    try {
      this.#open?.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The log stays beside the database and is read at the next start.
    }
    this.release();
  }

  #recovering<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (classifySqliteError(error) !== 'corrupt' || this.#moves >= maxMoves) throw error;
      this.#moveAside(error);
      return action();
    }
  }

  #moveAside(error: unknown): void {
    this.#moves += 1;
    this.release();
    const { path, onMovedAside } = this.#options;
    const aside = moveDatabaseAside(path, this.#dependencies.now());
    onMovedAside({ path, aside, error });
  }

  #openOrThrow(): OpenDatabase<Access> {
    const result = this.#openOnce();
    if ('database' in result) return result;
    throw new Error(`${this.#options.path} has schema ${result.found}, known is ${result.known}.`);
  }

  #openOnce(): OpenDatabase<Access> | NewerDatabase {
    const { path, migrations, pragmas, prepare } = this.#options;
    createDatabaseFile(path);
    const database = new this.#dependencies.sqlite.DatabaseSync(path);
    try {
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      for (const pragma of pragmas) database.exec(pragma);
      const result = migrate(database, migrations);
      if (result.kind === 'newer') {
        database.close();
        return result;
      }
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      database.exec(`PRAGMA journal_size_limit = ${maxIdleLogBytes}`);
      return { database, access: prepareOrCorrupt(() => prepare(database), result.steps) };
    } catch (error) {
      closeQuietly(database);
      throw error;
    }
  }
}

/** A file of the right version that lacks our tables is not ours: damaged, or somebody else's. */
function prepareOrCorrupt<Access>(prepare: () => Access, steps: number): Access {
  try {
    return prepare();
  } catch (error) {
    if (steps > 0 || classifySqliteError(error) !== 'other') throw error;
    throw Object.assign(new Error('The schema is damaged.', { cause: error }), { errcode: 11 });
  }
}

function closeQuietly(database: DatabaseSync): void {
  try {
    database.close();
  } catch {
    // The error that led here says more.
  }
}
