import { ledgerBackends } from '../../backends/ledger/registry.ts';
import type { StoreLedger } from '../../backends/ledger/store-ledger.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Logger } from '../../platform/logger/logger.ts';
import type { SqliteModule } from '../../platform/sqlite/load-sqlite.ts';

export interface OpenDependencies {
  /** Null where this Node has none. */
  readonly sqlite: SqliteModule | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const consequence =
  'Requests are recorded in memory only, the latest of them, and are forgotten when RelayCore stops.';

/** The ledger on disk, or, where there can be none, one in memory that says why. Never throws. */
export function openLedger(
  { sqlite, clock, logger }: OpenDependencies,
  dataDir: string,
): StoreLedger {
  const useMemory = (reason: string): StoreLedger => {
    const notice = `${reason} ${consequence}`;
    logger.warn(notice);
    return ledgerBackends.memory({ now: () => clock.now() }, { notice });
  };
  if (sqlite === null) return useMemory('This Node has no SQLite (node:sqlite).');
  try {
    return ledgerBackends.sqlite({ sqlite, clock, logger }, { dataDir });
  } catch (error) {
    return useMemory(error instanceof Error ? error.message : 'The ledger cannot be opened.');
  }
}
