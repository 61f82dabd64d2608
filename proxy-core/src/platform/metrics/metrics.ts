// Metrics for Prometheus, in a registry of their own. Rows are counted in batches, off the request's
// way; what can be read at any time is read when somebody asks.
import { Registry } from 'prom-client';
import { createProcessMetrics } from './process-metrics.ts';
import { createRequestMetrics, type MeteredRow } from './request-metrics.ts';
import { createRuntimeMetrics, type RuntimeReading } from './runtime-metrics.ts';

export interface MetricsDependencies {
  /** What the parts of the core hold at this moment. */
  readRuntime(): RuntimeReading | Promise<RuntimeReading>;
}

export interface Metrics {
  /** Counts rows that have ended; rows that are still open are passed over. */
  recordRows(rows: readonly MeteredRow[]): void;
  readonly contentType: string;
  text(): Promise<string>;
  /** Ends the measuring of the event loop. */
  close(): void;
}

export function createMetrics({ readRuntime }: MetricsDependencies): Metrics {
  const registry = new Registry();
  const requests = createRequestMetrics(registry);
  const runtime = createRuntimeMetrics(registry);
  const ownProcess = createProcessMetrics(registry);
  return {
    recordRows: (rows) => requests.record(rows),
    contentType: registry.contentType,
    async text() {
      runtime.update(await readRuntime());
      ownProcess.update();
      return registry.metrics();
    },
    close: () => ownProcess.close(),
  };
}
