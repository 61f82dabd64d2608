// Tokens of one answer, in disjoint counts, whatever way the provider counts them.

export interface Usage {
  /** Input tokens that were neither read from nor written to a prompt cache. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  /** All output tokens, reasoning included. */
  readonly outputTokens: number;
  /** The part of `outputTokens` that was reasoning. */
  readonly reasoningTokens: number;
  /** Calls of server-side web search; priced by the call. */
  readonly webSearches: number;
  /**
   * The part of all the tokens above that has prices of its own, which are not counted apart (audio,
   * images, another model's share). Absent where there are none; above 0 the cost is unknown.
   */
  readonly unpricedTokens?: number;
}

export const noUsage: Usage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  webSearches: 0,
};

/** Everything that went in: the sum of the four disjoint input counts. */
export function totalInputTokens(usage: Usage): number {
  return (
    usage.inputTokens + usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens
  );
}
