import { Counter, Gauge, type Registry } from 'prom-client';

/** What the parts of the core hold at one moment. */
export interface RuntimeReading {
  readonly requestsInFlight: number;
  /** Bytes of request bodies held in memory. */
  readonly bytesInFlight: number;
  /** Requests to providers that have not ended. */
  readonly upstreamOpen: number;
  /** Rows that are not on disk yet. */
  readonly ledgerRowsQueued: number;
  /** Rows given up since the start, because the ledger could not take them. */
  readonly ledgerRowsLost: number;
  readonly cacheMemoryBytes: number;
  readonly cacheMemoryEntries: number;
  /** Null where it is not known: the store is starting or broken. */
  readonly cacheDiskBytes: number | null;
  readonly cacheDiskEntries: number | null;
}

export function createRuntimeMetrics(registry: Registry): {
  update(reading: RuntimeReading): void;
} {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const inFlight = gauge('relaycore_requests_in_flight', 'Requests that have not ended.');
  const bytes = gauge('relaycore_bytes_in_flight', 'Bytes of request bodies in memory.');
  const upstream = gauge('relaycore_upstream_requests_open', 'Requests open at providers.');
  const queued = gauge('relaycore_ledger_rows_queued', 'Ledger rows that are not on disk yet.');
  const lost = new Counter({
    name: 'relaycore_ledger_rows_lost_total',
    help: 'Ledger rows that could not be written.',
    registers,
  });
  const labelNames = ['tier'] as const;
  const cacheBytes = new Gauge({
    name: 'relaycore_cache_bytes',
    help: 'Bytes of stored answers.',
    labelNames,
    registers,
  });
  const cacheEntries = new Gauge({
    name: 'relaycore_cache_entries',
    help: 'Stored answers.',
    labelNames,
    registers,
  });
  return {
    update(reading) {
      inFlight.set(reading.requestsInFlight);
      bytes.set(reading.bytesInFlight);
      upstream.set(reading.upstreamOpen);
      queued.set(reading.ledgerRowsQueued);
      lost.reset();
      lost.inc(reading.ledgerRowsLost);
      cacheBytes.set({ tier: 'memory' }, reading.cacheMemoryBytes);
      cacheEntries.set({ tier: 'memory' }, reading.cacheMemoryEntries);
      cacheBytes.set({ tier: 'disk' }, reading.cacheDiskBytes ?? Number.NaN);
      cacheEntries.set({ tier: 'disk' }, reading.cacheDiskEntries ?? Number.NaN);
    },
  };
}
