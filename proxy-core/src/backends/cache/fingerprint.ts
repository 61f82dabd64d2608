const digits = 12;
export const fingerprintBytes: number = digits / 2;

/**
 * The first 48 bits of a cache key as a number: 8 bytes instead of 64 characters. Two keys share one
 * once in some ten million entries, and then a miss is asked for that could have been known.
 */
export function fingerprintOf(key: string): number {
  return Number.parseInt(key.slice(0, digits), 16);
}
