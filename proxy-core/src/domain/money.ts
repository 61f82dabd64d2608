/**
 * Integer nano-US-dollars. A plain number is exact up to 2^53 of them, about nine million dollars,
 * which is more than one request, one row or one year of one team costs.
 */
export type NanoUsd = number;

/** The parts of one request's cost. Each is rounded first; the total is their sum. */
export interface Cost {
  readonly inputNanoUsd: NanoUsd;
  readonly cacheReadNanoUsd: NanoUsd;
  readonly cacheWriteNanoUsd: NanoUsd;
  readonly outputNanoUsd: NanoUsd;
  readonly toolsNanoUsd: NanoUsd;
  readonly totalNanoUsd: NanoUsd;
  /** What the same tokens would have cost more had the provider's prompt cache not been read. */
  readonly promptCacheSavedNanoUsd: NanoUsd;
}

/** Dollars in plain decimal notation without rounding, such as `0.000002` for 2,000. */
export function formatUsd(nanoUsd: NanoUsd): string {
  const sign = nanoUsd < 0 ? '-' : '';
  const digits = Math.abs(nanoUsd).toString().padStart(10, '0');
  const whole = digits.slice(0, -9);
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
