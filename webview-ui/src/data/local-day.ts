export interface LocalDay {
  /** Epoch milliseconds of the local midnight that the day began at. */
  readonly from: number;
  /** Minutes east of UTC, now. */
  readonly timezoneOffsetMinutes: number;
  /** Hour of the clock, 0 to 23. */
  readonly hour: number;
}

export function localDay(now: number): LocalDay {
  const date = new Date(now);
  const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate());
  return {
    from: midnight.getTime(),
    // JavaScript counts minutes west; `|| 0` keeps UTC from being -0.
    timezoneOffsetMinutes: -date.getTimezoneOffset() || 0,
    hour: date.getHours(),
  };
}
