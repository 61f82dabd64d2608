import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/** How often the event loop is looked at. Fine enough for stalls that a person notices. */
const resolutionMs = 20;
const nanoPerSecond = 1e9;
const quantiles = [0.5, 0.9, 0.99] as const;

/**
 * The usual metrics of a Node process under their usual names. Not prom-client's own defaults:
 * their observers cannot be stopped, and RelayCore is a guest in the process of an IDE.
 */
export function createProcessMetrics(registry: Registry): { update(): void; close(): void } {
  const usage = createUsageMetrics(registry);
  const lag = createLagMetrics(registry);
  return {
    update() {
      usage();
      lag.update();
    },
    close: () => lag.close(),
  };
}

function createUsageMetrics(registry: Registry): () => void {
  const registers = [registry];
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, user and system.',
    registers,
  });
  const resident = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of the process.',
    registers,
  });
  const started = new Gauge({
    name: 'process_start_time_seconds',
    help: 'Start of the process since the Unix epoch.',
    registers,
  });
  const heap = new Gauge({
    name: 'nodejs_heap_size_used_bytes',
    help: "Heap in use of the relay's thread.",
    registers,
  });
  const external = new Gauge({
    name: 'nodejs_external_memory_bytes',
    help: 'Memory of buffers outside the heap.',
    registers,
  });
  started.set(Math.round(Date.now() / 1000 - process.uptime()));
  return () => {
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heap.set(memory.heapUsed);
    external.set(memory.external);
  };
}

/** Begins with the first look, so that a core which nobody scrapes does not measure. */
function createLagMetrics(registry: Registry): { update(): void; close(): void } {
  const lag = new Gauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: "Delay of the event loop of the relay's thread since the last look.",
    labelNames: ['quantile'] as const,
    registers: [registry],
  });
  let histogram: IntervalHistogram | null = null;
  return {
    update() {
      if (histogram === null) {
        histogram = monitorEventLoopDelay({ resolution: resolutionMs });
        histogram.enable();
      }
      for (const quantile of quantiles) {
        // The histogram counts from one tick to the next; what is above the interval is the delay.
        const seconds = histogram.percentile(quantile * 100) / nanoPerSecond;
        lag.set({ quantile: String(quantile) }, Math.max(0, seconds - resolutionMs / 1000));
      }
      histogram.reset();
    },
    close: () => histogram?.disable(),
  };
}
