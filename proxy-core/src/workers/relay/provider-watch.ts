import type { ProviderStatus } from '../../contract/control.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';

/** What the requests that ended say about each provider's health. */
export interface ProviderWatch {
  note(row: LedgerRow): void;
  statusOf(providerId: string): ProviderStatus;
}

interface Seen {
  failuresInRow: number;
  latencyMs: number | null;
}

const downAfterFailures = 3;
/** Weight of the newest answer in the moving average of the time to the first byte. */
const newestWeight = 0.2;

export function createProviderWatch(): ProviderWatch {
  const seen = new Map<string, Seen>();
  return {
    note(row) {
      if (row.provider === null || row.attempts === 0) return;
      const entry = seen.get(row.provider) ?? { failuresInRow: 0, latencyMs: null };
      seen.set(row.provider, entry);
      if (row.outcome === 'aborted') return;
      const isFault = row.errorCode !== null || (row.status ?? 0) >= 500;
      entry.failuresInRow = isFault ? entry.failuresInRow + 1 : 0;
      if (row.timeToFirstByteMs === null) return;
      entry.latencyMs =
        entry.latencyMs === null
          ? row.timeToFirstByteMs
          : entry.latencyMs + (row.timeToFirstByteMs - entry.latencyMs) * newestWeight;
    },
    statusOf(id) {
      const entry = seen.get(id);
      return {
        id,
        status: healthOf(entry),
        circuit: 'closed',
        latencyMs: entry?.latencyMs ?? null,
      };
    },
  };
}

function healthOf(entry: Seen | undefined): ProviderStatus['status'] {
  if (entry === undefined) return 'unknown';
  if (entry.failuresInRow === 0) return 'ok';
  return entry.failuresInRow < downAfterFailures ? 'degraded' : 'down';
}
