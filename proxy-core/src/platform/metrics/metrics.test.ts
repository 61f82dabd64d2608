import assert from 'node:assert/strict';
import { createMetrics, type Metrics } from './metrics.ts';
import type { MeteredRow } from './request-metrics.ts';
import type { RuntimeReading } from './runtime-metrics.ts';

function aRow(changes: Partial<MeteredRow> = {}): MeteredRow {
  return {
    dialect: 'openai',
    endpoint: 'chat.completions',
    provider: 'openai',
    outcome: 'completed',
    cacheOutcome: 'miss',
    isMetered: true,
    inputTokens: 100,
    cacheReadTokens: 50,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 20,
    reasoningTokens: 5,
    costNanoUsd: 2_500_000,
    savedByCacheNanoUsd: 0,
    savedByPromptCacheNanoUsd: 1_000_000,
    latencyMs: 1500,
    timeToFirstByteMs: 300,
    ...changes,
  };
}

describe('metrics', () => {
  let metrics: Metrics;
  let reading: RuntimeReading;

  beforeEach(() => {
    reading = {
      requestsInFlight: 3,
      bytesInFlight: 4096,
      upstreamOpen: 2,
      ledgerRowsQueued: 7,
      ledgerRowsLost: 1,
      cacheMemoryBytes: 1000,
      cacheMemoryEntries: 10,
      cacheDiskBytes: 2000,
      cacheDiskEntries: 20,
    };
    metrics = createMetrics({ readRuntime: async () => reading });
  });
  afterEach(() => metrics.close());

  /** Samples by name and labels, as Prometheus would read them. */
  async function scrape(): Promise<Map<string, number>> {
    const lines = (await metrics.text()).split('\n').filter((line) => !/^(#|$)/.test(line));
    return new Map(
      lines.map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
    );
  }

  it('count requests by dialect, endpoint, provider, outcome and cache', async () => {
    metrics.recordRows([aRow(), aRow(), aRow({ cacheOutcome: 'hit' })]);
    metrics.recordRows([aRow({ outcome: 'failed', provider: null })]);
    const samples = await scrape();
    const sample = (provider: string, outcome: string, cache: string) =>
      samples.get(
        `relaycore_requests_total{dialect="openai",endpoint="chat.completions",provider="${provider}",outcome="${outcome}",cache="${cache}"}`,
      );
    assert.equal(sample('openai', 'completed', 'miss'), 2);
    assert.equal(sample('openai', 'completed', 'hit'), 1);
    assert.equal(sample('none', 'failed', 'miss'), 1);
  });

  it('pass over rows that are still open', async () => {
    metrics.recordRows([aRow({ outcome: 'open' })]);
    const names = [...(await scrape()).keys()];
    assert.deepEqual(
      names.filter((name) => name.startsWith('relaycore_requests_total')),
      [],
    );
  });

  it('add up tokens, cost and savings', async () => {
    metrics.recordRows([aRow(), aRow({ costNanoUsd: null, savedByCacheNanoUsd: 500_000_000 })]);
    const samples = await scrape();
    assert.equal(samples.get('relaycore_tokens_total{provider="openai",kind="input"}'), 200);
    assert.equal(samples.get('relaycore_tokens_total{provider="openai",kind="cache_read"}'), 100);
    assert.equal(samples.get('relaycore_tokens_total{provider="openai",kind="reasoning"}'), 10);
    assert.equal(samples.get('relaycore_cost_usd_total{provider="openai"}'), 0.0025);
    assert.equal(samples.get('relaycore_unpriced_requests_total{provider="openai"}'), 1);
    assert.equal(samples.get('relaycore_saved_usd_total{provider="openai",by="cache"}'), 0.5);
    assert.equal(
      samples.get('relaycore_saved_usd_total{provider="openai",by="prompt_cache"}'),
      0.002,
    );
  });

  it('bear a prompt cache that has cost more than it saved', async () => {
    metrics.recordRows([aRow({ savedByPromptCacheNanoUsd: -5 })]);
    assert.equal(
      [...(await scrape()).keys()].some((name) => name.includes('saved')),
      false,
    );
  });

  it('sort durations into buckets of seconds', async () => {
    metrics.recordRows([aRow(), aRow({ latencyMs: null, timeToFirstByteMs: null })]);
    const samples = await scrape();
    const labels = 'provider="openai",cache="miss"';
    const bucket = (le: string) =>
      samples.get(`relaycore_request_duration_seconds_bucket{le="${le}",${labels}}`);
    assert.equal(bucket('1'), 0);
    assert.equal(bucket('2.5'), 1);
    assert.equal(samples.get(`relaycore_request_duration_seconds_count{${labels}}`), 1);
    assert.equal(samples.get(`relaycore_time_to_first_byte_seconds_sum{${labels}}`), 0.3);
  });

  it('keep the number of label values bounded', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => aRow({ provider: `p${index}` }));
    metrics.recordRows(rows);
    const requests = [...(await scrape())].filter(([name]) =>
      name.startsWith('relaycore_requests_total'),
    );
    assert.equal(requests.length, 51);
    assert.equal(requests.find(([name]) => name.includes('provider="other"'))?.[1], 150);
  });

  it('read what the core holds at the moment of the question', async () => {
    await scrape();
    reading = { ...reading, requestsInFlight: 0, cacheDiskBytes: null };
    const samples = await scrape();
    assert.equal(samples.get('relaycore_requests_in_flight'), 0);
    assert.equal(samples.get('relaycore_bytes_in_flight'), 4096);
    assert.equal(samples.get('relaycore_upstream_requests_open'), 2);
    assert.equal(samples.get('relaycore_ledger_rows_queued'), 7);
    assert.equal(samples.get('relaycore_ledger_rows_lost_total'), 1);
    assert.equal(samples.get('relaycore_cache_bytes{tier="memory"}'), 1000);
    assert.ok(Number.isNaN(samples.get('relaycore_cache_bytes{tier="disk"}')));
  });

  it('know process and event loop', async () => {
    await scrape();
    await new Promise((resolve) => {
      setTimeout(resolve, 60);
    });
    const samples = await scrape();
    assert.ok((samples.get('process_resident_memory_bytes') ?? 0) > 1e6);
    assert.ok((samples.get('process_cpu_seconds_total') ?? 0) > 0);
    const lag = samples.get('nodejs_eventloop_lag_seconds{quantile="0.99"}');
    assert.ok(lag !== undefined && lag >= 0 && lag < 1, String(lag));
  });

  it('do not mix with those of another core in the process', async () => {
    const other = createMetrics({ readRuntime: () => reading });
    other.recordRows([aRow()]);
    assert.equal(
      [...(await scrape()).keys()].some((name) => name.includes('_tokens_')),
      false,
    );
    other.close();
  });
});
