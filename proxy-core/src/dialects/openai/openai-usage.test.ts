import assert from 'node:assert/strict';
import fc from 'fast-check';
import { totalInputTokens } from '../../domain/usage.ts';
import { readOpenaiUsage } from './openai-usage.ts';

describe("OpenAI's usage", () => {
  it('includes cached tokens in the prompt and reasoning in the completion', () => {
    assert.deepEqual(
      readOpenaiUsage({
        prompt_tokens: 2006,
        completion_tokens: 300,
        total_tokens: 2306,
        prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 64, audio_tokens: 0 },
      }),
      {
        inputTokens: 86,
        cacheReadTokens: 1920,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        outputTokens: 300,
        reasoningTokens: 64,
        webSearches: 0,
      },
    );
  });

  it('counts cache writes apart from plain input', () => {
    const usage = readOpenaiUsage({
      prompt_tokens: 1000,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 500 },
    });
    assert.equal(usage?.inputTokens, 100);
    assert.equal(usage.cacheReadTokens, 400);
    assert.equal(usage.cacheWrite5mTokens, 500);
  });

  it('has no completion for embeddings', () => {
    const usage = readOpenaiUsage({ prompt_tokens: 8, total_tokens: 8 });
    assert.equal(usage?.inputTokens, 8);
    assert.equal(usage.outputTokens, 0);
  });

  it('is read from DeepSeek and Moonshot, who report cache reads elsewhere', () => {
    const deepseek = { prompt_tokens: 100, completion_tokens: 5, prompt_cache_hit_tokens: 64 };
    const moonshot = { prompt_tokens: 100, completion_tokens: 5, cached_tokens: 64 };
    for (const usage of [deepseek, moonshot]) {
      assert.equal(readOpenaiUsage(usage)?.cacheReadTokens, 64);
      assert.equal(readOpenaiUsage(usage)?.inputTokens, 36);
    }
  });

  it('adds the reasoning that xAI leaves out of the completion', () => {
    const usage = readOpenaiUsage({
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      completion_tokens_details: { reasoning_tokens: 94 },
    });
    assert.equal(usage?.outputTokens, 103);
    assert.equal(usage.reasoningTokens, 94);
  });

  it('says when tokens have prices of their own', () => {
    const usage = readOpenaiUsage({
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { audio_tokens: 40 },
      completion_tokens_details: { audio_tokens: 30 },
    });
    assert.equal(usage?.unpricedTokens, 70);
  });

  it('is unknown where a main count is garbage', () => {
    for (const bad of [-1, 1.5, '12', null, Number.NaN, Infinity, 1e300, {}]) {
      assert.equal(readOpenaiUsage({ prompt_tokens: bad, completion_tokens: 1 }), null);
      assert.equal(readOpenaiUsage({ prompt_tokens: 1, completion_tokens: bad }), null);
    }
    for (const none of [null, undefined, [], 'usage', 3]) assert.equal(readOpenaiUsage(none), null);
  });

  it('leaves out details that cannot be true', () => {
    const usage = readOpenaiUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 11, cache_write_tokens: -3 },
      completion_tokens_details: { reasoning_tokens: 6 },
    });
    assert.equal(usage?.inputTokens, 10);
    assert.equal(usage.cacheReadTokens, 0);
    assert.equal(usage.reasoningTokens, 0);
  });

  it('keeps the sum of its input counts whatever the details say', () => {
    const detail = fc.oneof(fc.nat(3000), fc.constantFrom(-1, 0.5, null, 'x', undefined));
    fc.assert(
      fc.property(fc.nat(2000), detail, detail, (prompt, read, written) => {
        const usage = readOpenaiUsage({
          prompt_tokens: prompt,
          completion_tokens: 7,
          prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
        });
        assert.ok(usage !== null);
        assert.equal(totalInputTokens(usage), prompt);
        assert.ok(usage.inputTokens >= 0 && usage.cacheReadTokens >= 0);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readOpenaiUsage(value)));
  });
});
