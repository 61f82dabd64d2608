import type { Usage } from '../../domain/usage.ts';
import { countOf, isObject, objectOf, objectsOf, type JsonObject } from '../json-value.ts';

/**
 * The later `usage` of a stream laid over the earlier one: its counts are cumulative, so they
 * replace and never add. What the later one does not say, or says with null, stays; the split of
 * cache writes by life, for one, comes in `message_start` only.
 */
export function mergeUsage(earlier: JsonObject, later: unknown): JsonObject {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(objectOf(later))) {
    if (value !== null || !(name in merged)) merged[name] = value;
  }
  return merged;
}

/**
 * Anthropic's `usage` in disjoint counts, as which they come. Null where input or output is absent
 * or no count at all; any other count that cannot be true counts as absent.
 */
export function readAnthropicUsage(value: unknown): Usage | null {
  if (!isObject(value)) return null;
  const own = tokensOf(value);
  if (own === null) return null;
  const beside = besideOf(value);
  const thinking = countOf(objectOf(value['output_tokens_details'])['thinking_tokens']) ?? 0;
  const unpriced = beside.unpricedTokens;
  return {
    ...addTokens(own, beside.tokens),
    reasoningTokens: thinking <= own.outputTokens ? thinking : 0,
    webSearches: countOf(objectOf(value['server_tool_use'])['web_search_requests']) ?? 0,
    ...(unpriced > 0 ? { unpricedTokens: unpriced } : {}),
  };
}

type Tokens = Omit<Usage, 'reasoningTokens' | 'webSearches' | 'unpricedTokens'>;

const noTokens: Tokens = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
};

function tokensOf(usage: JsonObject): Tokens | null {
  const inputTokens = countOf(usage['input_tokens']);
  const outputTokens = countOf(usage['output_tokens']);
  if (inputTokens === null || outputTokens === null) return null;
  const split = objectOf(usage['cache_creation']);
  const split5m = countOf(split['ephemeral_5m_input_tokens']) ?? 0;
  const split1h = countOf(split['ephemeral_1h_input_tokens']) ?? 0;
  const written = countOf(usage['cache_creation_input_tokens']) ?? split5m + split1h;
  const cacheWrite1hTokens = Math.min(split1h, written);
  return {
    inputTokens,
    cacheReadTokens: countOf(usage['cache_read_input_tokens']) ?? 0,
    // Five minutes is the default: what no split speaks of was written for that long.
    cacheWrite5mTokens: written - cacheWrite1hTokens,
    cacheWrite1hTokens,
    outputTokens,
  };
}

function addTokens(a: Tokens, b: Tokens): Tokens {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWrite5mTokens: a.cacheWrite5mTokens + b.cacheWrite5mTokens,
    cacheWrite1hTokens: a.cacheWrite1hTokens + b.cacheWrite1hTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  };
}

/**
 * What was used beside the counts at the top, by `iterations`: a compaction at the same price, an
 * advisor at another model's. A turn that a fallback model took over mixes two models' prices in
 * counts that do not say which is whose.
 */
function besideOf(usage: JsonObject): { tokens: Tokens; unpricedTokens: number } {
  let tokens = noTokens;
  let unpricedTokens = 0;
  for (const iteration of objectsOf(usage['iterations'])) {
    const type = iteration['type'];
    const used = tokensOf(iteration);
    if (used === null || type === 'message') continue;
    if (type !== 'fallback_message') tokens = addTokens(tokens, used);
    if (type !== 'compaction') unpricedTokens += used.inputTokens + used.outputTokens;
  }
  return { tokens, unpricedTokens };
}

/**
 * What decides the price beside the model: the tier, fast mode, and a region that is charged for.
 * `standard` alone is the list price.
 */
export function serviceTierOf(usage: JsonObject): string | null {
  const tier = usage['service_tier'];
  const parts = [typeof tier === 'string' ? tier : 'standard'];
  if (usage['speed'] === 'fast') parts.push('fast');
  if (usage['inference_geo'] === 'us') parts.push('us');
  return parts.length === 1 && typeof tier !== 'string' ? null : parts.join('+');
}
