import type { UsageReport, UsageSums } from '@relaycore/proxy-core/contract';

/** One hour of the local day; null where nothing happened. */
export type HourSums = UsageSums | null;

/** The day's 24 hours from groups such as `2026-11-21T14:00`. */
export function hoursOf(report: UsageReport): readonly HourSums[] {
  const hours: HourSums[] = Array.from({ length: 24 }, () => null);
  for (const { key, sums } of report.groups) {
    const hour = /T(\d\d):/.exec(key ?? '')?.[1];
    if (hour !== undefined) hours[Number(hour)] = sums;
  }
  return hours;
}
