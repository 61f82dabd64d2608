import type { Usage } from '../../domain/usage.ts';
import { countOf, isObject, objectOf, type JsonObject } from '../json-value.ts';

/**
 * OpenAI's `usage` in disjoint counts. `prompt_tokens` includes what was read from and written to
 * the prompt cache, `completion_tokens` includes reasoning. Null where the two main counts are
 * absent or no counts at all; a detail that cannot be true counts as absent.
 *
 * Quirks of servers that speak the dialect: DeepSeek reports cache reads as
 * `prompt_cache_hit_tokens`, Moonshot as `cached_tokens` beside the totals; xAI leaves reasoning out
 * of `completion_tokens`, which only `total_tokens` gives away.
 */
export function readOpenaiUsage(value: unknown): Usage | null {
  if (!isObject(value)) return null;
  const prompt = countOf(value['prompt_tokens']);
  // Embeddings have no completion, and leave the count out.
  const completion =
    value['completion_tokens'] === undefined ? 0 : countOf(value['completion_tokens']);
  if (prompt === null || completion === null) return null;
  const read = atMost(prompt, cacheReadTokens(value)) ?? 0;
  const promptDetails = objectOf(value['prompt_tokens_details']);
  const written = atMost(prompt - read, countOf(promptDetails['cache_write_tokens'])) ?? 0;
  const reasoning = reasoningTokens(value, prompt, completion);
  const unpriced = unpricedTokens(value);
  return {
    inputTokens: prompt - read - written,
    cacheReadTokens: read,
    // OpenAI has one price for writing, whatever the life of the entry.
    cacheWrite5mTokens: written,
    cacheWrite1hTokens: 0,
    outputTokens: completion + reasoning.beside,
    reasoningTokens: reasoning.tokens,
    webSearches: 0,
    ...(unpriced > 0 ? { unpricedTokens: unpriced } : {}),
  };
}

function atMost(limit: number, count: number | null): number | null {
  return count !== null && count <= limit ? count : null;
}

function cacheReadTokens(usage: JsonObject): number | null {
  return (
    countOf(objectOf(usage['prompt_tokens_details'])['cached_tokens']) ??
    countOf(usage['prompt_cache_hit_tokens']) ??
    countOf(usage['cached_tokens'])
  );
}

/** `beside`: how much of it `completion_tokens` does not include. */
function reasoningTokens(
  usage: JsonObject,
  prompt: number,
  completion: number,
): { readonly tokens: number; readonly beside: number } {
  const details = objectOf(usage['completion_tokens_details']);
  const reasoning = countOf(details['reasoning_tokens']) ?? 0;
  const isBeside = usage['total_tokens'] === prompt + completion + reasoning;
  if (reasoning > 0 && isBeside) return { tokens: reasoning, beside: reasoning };
  return { tokens: atMost(completion, reasoning) ?? 0, beside: 0 };
}

/** Spoken input and output cost more than text. */
function unpricedTokens(usage: JsonObject): number {
  const input = countOf(objectOf(usage['prompt_tokens_details'])['audio_tokens']) ?? 0;
  const output = countOf(objectOf(usage['completion_tokens_details'])['audio_tokens']) ?? 0;
  return input + output;
}
