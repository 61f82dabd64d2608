import assert from 'node:assert/strict';
import fc from 'fast-check';
import { totalInputTokens } from '../../domain/usage.ts';
import { mergeUsage, readAnthropicUsage, serviceTierOf } from './anthropic-usage.ts';

describe("Anthropic's usage", () => {
  it('comes in disjoint counts', () => {
    const usage = readAnthropicUsage({
      input_tokens: 12,
      cache_creation_input_tokens: 3000,
      cache_read_input_tokens: 50_000,
      cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 },
      output_tokens: 700,
      output_tokens_details: { thinking_tokens: 500 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
    });
    assert.deepEqual(usage, {
      inputTokens: 12,
      cacheReadTokens: 50_000,
      cacheWrite5mTokens: 1000,
      cacheWrite1hTokens: 2000,
      outputTokens: 700,
      reasoningTokens: 500,
      webSearches: 2,
    });
    assert.equal(totalInputTokens(usage), 53_012);
  });

  it('counts writes without a split, and beyond it, as five minutes', () => {
    const written = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 100 };
    assert.equal(readAnthropicUsage(written)?.cacheWrite5mTokens, 100);
    const split = { ...written, cache_creation: { ephemeral_1h_input_tokens: 30 } };
    assert.equal(readAnthropicUsage(split)?.cacheWrite5mTokens, 70);
    assert.equal(readAnthropicUsage(split)?.cacheWrite1hTokens, 30);
  });

  it('tolerates null in the place of every optional count', () => {
    const usage = readAnthropicUsage({
      input_tokens: 5,
      output_tokens: 6,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: null,
      cache_creation: null,
      server_tool_use: null,
      output_tokens_details: null,
      iterations: null,
      service_tier: null,
    });
    assert.equal(usage?.inputTokens, 5);
    assert.equal(usage.webSearches, 0);
  });

  it('adds a compaction, which the counts at the top leave out', () => {
    const iteration = { input_tokens: 1000, output_tokens: 100, cache_read_input_tokens: 10 };
    const usage = readAnthropicUsage({
      input_tokens: 5,
      output_tokens: 6,
      iterations: [
        { type: 'compaction', ...iteration },
        { type: 'message', input_tokens: 5, output_tokens: 6 },
      ],
    });
    assert.equal(usage?.inputTokens, 1005);
    assert.equal(usage.outputTokens, 106);
    assert.equal(usage.cacheReadTokens, 10);
    assert.equal(usage.unpricedTokens, undefined);
  });

  it('marks what another model used', () => {
    const used = { input_tokens: 100, output_tokens: 20 };
    const advised = readAnthropicUsage({
      ...used,
      iterations: [{ type: 'advisor_message', model: 'claude-opus-5', ...used }],
    });
    assert.equal(advised?.inputTokens, 200);
    assert.equal(advised.unpricedTokens, 120);
    const fallback = readAnthropicUsage({
      ...used,
      iterations: [{ type: 'fallback_message', model: 'claude-sonnet-5', ...used }],
    });
    assert.equal(fallback?.inputTokens, 100);
    assert.equal(fallback.unpricedTokens, 120);
  });

  it('is unknown where input or output is garbage', () => {
    for (const bad of [-1, 0.5, '7', null, undefined, Number.NaN]) {
      assert.equal(readAnthropicUsage({ input_tokens: bad, output_tokens: 1 }), null);
      assert.equal(readAnthropicUsage({ input_tokens: 1, output_tokens: bad }), null);
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readAnthropicUsage(value)));
  });

  it('of a later event replaces the earlier and never adds', () => {
    const start = {
      input_tokens: 10,
      output_tokens: 1,
      cache_creation: { ephemeral_5m_input_tokens: 4 },
      service_tier: 'standard',
    };
    const merged = mergeUsage(start, { input_tokens: null, output_tokens: 90, extra: null });
    assert.deepEqual(merged, { ...start, output_tokens: 90, extra: null });
  });
});

describe('the service tier', () => {
  it('names what else decides the price', () => {
    assert.equal(serviceTierOf({}), null);
    assert.equal(serviceTierOf({ service_tier: 'standard', speed: 'standard' }), 'standard');
    assert.equal(serviceTierOf({ service_tier: 'batch' }), 'batch');
    assert.equal(serviceTierOf({ service_tier: 'standard', speed: 'fast' }), 'standard+fast');
    assert.equal(serviceTierOf({ inference_geo: 'us' }), 'standard+us');
    assert.equal(serviceTierOf({ service_tier: 'standard', inference_geo: 'global' }), 'standard');
  });
});
