// Where the ledger can be kept.
import { createMemoryLedger } from './memory/memory-ledger.ts';
import { createRemoteLedger } from './remote/remote-ledger.ts';
import { createSqliteLedger } from './sqlite/sqlite-ledger.ts';

export const ledgerBackends = {
  /** In this process, bounded, gone with it. */
  memory: createMemoryLedger,
  /** In the store worker, asked over a message port. */
  remote: createRemoteLedger,
  /** In a file of this machine. */
  sqlite: createSqliteLedger,
} as const;
