// The ledger in `ledger.db`: rows survive the process, a damaged file and a full disk.
import { join } from 'node:path';
import type {
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
} from '../../../domain/ledger.ts';
import type { LedgerRow } from '../../../domain/ledger-row.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';
import type { SqliteModule } from '../../../platform/sqlite/load-sqlite.ts';
import {
  RecoveringDatabase,
  type MovedDatabase,
} from '../../../platform/sqlite/recovering-database.ts';
import { classifySqliteError } from '../../../platform/sqlite/sqlite-fault.ts';
import { decodeRows, valuesOfRow } from '../row-codec.ts';
import type { LedgerHealth, StoreLedger } from '../store-ledger.ts';
import { DurableWriter } from './durable-writer.ts';
import { LedgerAccess } from './ledger-access.ts';
import { ledgerMigrations, ledgerPragmas } from './ledger-schema.ts';
import { requestsSteps } from './requests-steps.ts';
import { retentionSteps } from './retention-steps.ts';
import { runSteps } from '../../../platform/run-steps.ts';
import { usageSteps } from './usage-steps.ts';

const retentionIntervalMs = 3_600_000;
const millisecondsPerDay = 86_400_000;
const maxNotices = 5;

const closeOpenRows = `UPDATE requests SET outcome = 'interrupted', ended_at = ?,
  is_usage_estimated = 1 WHERE outcome = 'open' AND started_at <= ?`;

export interface SqliteLedgerDependencies {
  readonly sqlite: SqliteModule;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SqliteLedgerOptions {
  /** The file is `<dataDir>/ledger.db`. */
  readonly dataDir: string;
  /** Rows that may wait in memory while the disk takes none. Default: 32 MiB. */
  readonly maxPendingBytes?: number;
}

/**
 * Opens or creates the ledger. Throws `storage_failed` where it can never work here: a folder that
 * may not be written, or a file of a newer RelayCore. What may pass (a full disk) is no reason: rows
 * then wait in memory, and `health()` says so. Promises reject with `storage_failed` too.
 */
export function createSqliteLedger(
  dependencies: SqliteLedgerDependencies,
  options: SqliteLedgerOptions,
): StoreLedger {
  const ledger = new SqliteLedger(dependencies, options);
  ledger.open();
  return ledger;
}

class SqliteLedger implements StoreLedger {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #database: RecoveringDatabase<LedgerAccess>;
  readonly #writer: DurableWriter;
  readonly #moves: string[] = [];
  #cancelRetention: () => void = () => {};
  #lastQuery: Promise<unknown> = Promise.resolve();

  constructor({ sqlite, clock, logger }: SqliteLedgerDependencies, options: SqliteLedgerOptions) {
    this.#path = join(options.dataDir, 'ledger.db');
    this.#clock = clock;
    this.#logger = logger;
    this.#database = new RecoveringDatabase(
      { sqlite, now: () => clock.now() },
      {
        path: this.#path,
        migrations: ledgerMigrations,
        pragmas: ledgerPragmas,
        prepare: (database) => new LedgerAccess(database),
        onMovedAside: (moved) => this.#reportMove(moved),
      },
    );
    this.#writer = new DurableWriter(
      {
        clock,
        logger,
        insert: (rows) => this.#run((access) => access.insert(rows)),
        reconnect: () => this.#database.release(),
      },
      { maxPendingBytes: options.maxPendingBytes ?? 32 * 1024 * 1024 },
    );
  }

  open(): void {
    try {
      const result = this.#database.open();
      if (result.kind === 'open') return;
      const versions = `it has schema ${result.found}, this one knows ${result.known}`;
      throw new Error(
        `it was written by a newer RelayCore (${versions}); update RelayCore, or use another data folder`,
      );
    } catch (error) {
      if (classifySqliteError(error) !== 'unavailable') throw this.#failure(error);
      this.#writer.suspend(error);
    }
  }

  append(rows: readonly LedgerRow[]): Promise<void> {
    return this.#writer.append(rows.map((row) => valuesOfRow(row)));
  }

  appendEncoded(rowsJson: string): Promise<void> {
    return this.#writer.append(decodeRows(rowsJson));
  }

  async closeOrphans(endedAt: number): Promise<number> {
    try {
      return this.#run((access) => access.change(closeOpenRows, endedAt, endedAt));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** One query at a time, so that each turn of the thread waits for one of them at most. */
  usage(query: UsageQuery): Promise<UsageReport> {
    const answer = this.#lastQuery.then(() => this.#steps(usageSteps(this.#run, query)));
    this.#lastQuery = answer.catch(() => undefined);
    return answer;
  }

  requests(query: RequestsQuery): Promise<RequestsPage> {
    return this.#steps(requestsSteps(this.#run, query));
  }

  setRetentionDays(days: number | null): void {
    this.#cancelRetention();
    this.#cancelRetention = () => {};
    if (days === null) return;
    const sweep = (): void => void this.#sweep(days);
    this.#cancelRetention = this.#clock.every(retentionIntervalMs, sweep);
    sweep();
  }

  health(): LedgerHealth {
    const trouble = this.#writer.trouble;
    if (trouble === null) return { state: 'ok', notices: [...this.#moves] };
    const notice = `The ledger ${this.#path} cannot be written (${trouble.reason}). ${trouble.rows} rows wait in memory and are tried again until they are safe.`;
    return { state: 'degraded', notices: [...this.#moves, notice] };
  }

  close(): Promise<void> {
    this.#cancelRetention();
    this.#writer.close();
    this.#database.close();
    return Promise.resolve();
  }

  async #sweep(days: number): Promise<void> {
    const before = this.#clock.now() - days * millisecondsPerDay;
    try {
      const rows = await this.#steps(retentionSteps(this.#run, before));
      if (rows > 0) this.#logger.info({ rows, days }, 'Ledger rows past their time were deleted.');
    } catch (error) {
      this.#logger.warn({ error }, 'Old ledger rows could not be deleted; it is tried again.');
    }
  }

  #reportMove({ path, aside, error }: MovedDatabase): void {
    this.#logger.error({ error, path, aside }, 'The ledger was damaged and has been moved aside.');
    this.#moves.push(
      `The ledger ${path} was damaged (${messageOf(error)}) and has been moved to ${aside}. A new one was begun; earlier requests are in that file only.`,
    );
    if (this.#moves.length > maxNotices) this.#moves.shift();
  }

  readonly #run = <T>(action: (access: LedgerAccess) => T): T => this.#database.run(action);

  async #steps<Result>(steps: Generator<void, Result>): Promise<Result> {
    try {
      return await runSteps(steps, () => this.#clock.tick());
    } catch (error) {
      throw error instanceof RelayError ? error : this.#failure(error);
    }
  }

  #failure(cause: unknown): RelayError {
    const message = `The ledger ${this.#path} cannot be used: ${messageOf(cause)}.`;
    return new RelayError('storage_failed', message, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
