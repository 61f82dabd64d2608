import assert from 'node:assert/strict';
import type { UsageSums } from '../../contract/analytics.ts';
import {
  formatBytes,
  formatCost,
  formatCount,
  formatDollars,
  formatDuration,
  formatNumberOf,
  formatShare,
} from './format-values.ts';

const sums = (costNanoUsd: number, unpricedRequests: number): UsageSums => ({
  requests: 3,
  failedRequests: 0,
  cacheHits: 0,
  cacheLookups: 0,
  unpricedRequests,
  estimatedRequests: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd,
  savedByCacheNanoUsd: 0,
  savedByPromptCacheNanoUsd: 0,
});

describe('values on the command line', () => {
  it('show money exactly', () => {
    assert.equal(formatDollars(0), '0.00');
    assert.equal(formatDollars(500_000_000), '0.50');
    assert.equal(formatDollars(2000), '0.000002');
    assert.equal(formatDollars(12_345_678_901), '12.345678901');
    assert.equal(formatDollars(-1), '-0.000000001');
  });

  it('never show an unknown cost as nothing', () => {
    assert.equal(formatCost(sums(0, 0)), '0.00');
    assert.equal(formatCost(sums(0, 3)), 'unknown');
    assert.equal(formatCost(sums(1_500_000_000, 1)), '1.50 + unknown');
  });

  it('show counts, sizes, shares and times for people', () => {
    assert.equal(formatCount(1_234_567), '1,234,567');
    assert.equal(formatNumberOf(1, 'request'), '1 request');
    assert.equal(formatNumberOf(2000, 'request'), '2,000 requests');
    assert.equal(formatBytes(0), '0 B');
    assert.equal(formatBytes(1536), '1.5 KiB');
    assert.equal(formatBytes(64 * 1024 * 1024), '64.0 MiB');
    assert.equal(formatShare(0, 0), '-');
    assert.equal(formatShare(1, 3), '33 %');
    assert.equal(formatDuration(0), '0 s');
    assert.equal(formatDuration(59), '59 s');
    assert.equal(formatDuration(3600), '1 h');
    assert.equal(formatDuration(183_845), '2 d 3 h');
  });
});
