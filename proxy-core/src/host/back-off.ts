/** How long to wait before something that failed is started again. */
export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Having lived this long counts as recovered: the next wait is the first one again. */
  readonly resetAfterMs: number;
}

export const workerBackOff: BackOffOptions = { firstMs: 100, maxMs: 10_000, resetAfterMs: 60_000 };

/** Doubles from failure to failure. The function takes how long the failed one had lived. */
export function createBackOff(options: BackOffOptions): (livedMs: number) => number {
  let nextMs = options.firstMs;
  return (livedMs) => {
    if (livedMs >= options.resetAfterMs) nextMs = options.firstMs;
    const delayMs = nextMs;
    nextMs = Math.min(options.maxMs, nextMs * 2);
    return delayMs;
  };
}
