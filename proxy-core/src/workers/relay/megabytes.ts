/** MiB of the configuration, fractions allowed, in whole bytes. */
export function megabytes(count: number): number {
  return Math.round(count * 1024 * 1024);
}
