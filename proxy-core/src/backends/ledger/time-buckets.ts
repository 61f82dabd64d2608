import type { Grouping } from '../../domain/ledger.ts';

/** A day or an hour on the clock of a time zone. */
export interface TimeBucket {
  /** `2026-11-25` or `2026-11-25T14:00`, in local time. */
  readonly key: string;
  /** Epoch milliseconds at which the next one begins. */
  readonly end: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Finds the bucket of a time, or null where the grouping is not by time. */
export function timeBucket(
  groupBy: Grouping | undefined,
  time: number,
  timezoneOffsetMinutes: number,
): TimeBucket | null {
  if (groupBy !== 'day' && groupBy !== 'hour') return null;
  const length = groupBy === 'day' ? dayMs : hourMs;
  const offset = timezoneOffsetMinutes * minuteMs;
  const start = Math.floor((time + offset) / length) * length;
  const local = new Date(start).toISOString();
  return {
    key: groupBy === 'day' ? local.slice(0, 10) : `${local.slice(0, 13)}:00`,
    end: start + length - offset,
  };
}
