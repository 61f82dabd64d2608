/** The last midnight of this machine's time zone, in epoch milliseconds. */
export function startOfDay(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}
