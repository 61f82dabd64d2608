// Numbers for people, by the reader's locale.

export interface Format {
  /** A sum of money: cents from a dollar on, four digits below it. */
  cost(nanoUsd: number): string;
  /** Money in a column: always four digits, so that the points stand below each other. */
  costInColumn(nanoUsd: number): string;
  count(value: number): string;
  /** Three digits and a unit of size above 10,000. */
  compact(value: number): string;
  /** Of a share between 0 and 1. */
  percent(share: number): string;
  duration(milliseconds: number): string;
  /** The time of day, with the date where it is not today's. */
  time(epochMs: number, now: number): string;
  dateAndTime(epochMs: number): string;
  /** Such as `Saturday, November 21`. */
  day(epochMs: number): string;
}

const nanoPerUsd = 1e9;
const leastInColumn = 50_000;

export function createFormat(locale?: string): Format {
  const usd = (digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const [cents, fine] = [usd(2), usd(4)];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(locale, {
    notation: 'compact',
    maximumSignificantDigits: 3,
  });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const small = (nanoUsd: number): string =>
    nanoUsd > 0 && nanoUsd < leastInColumn
      ? `<${fine.format(0.0001)}`
      : fine.format(nanoUsd / nanoPerUsd);
  const times = createTimeFormats(locale);
  return {
    cost: (nanoUsd) =>
      nanoUsd === 0 || Math.abs(nanoUsd) >= nanoPerUsd
        ? cents.format(nanoUsd / nanoPerUsd)
        : small(nanoUsd),
    costInColumn: small,
    count: (value) => whole.format(value),
    compact: (value) => (value < 10_000 ? whole.format(value) : short.format(value)),
    percent: (value) => share.format(value),
    duration: createDurationFormat(locale),
    ...times,
  };
}

function createDurationFormat(locale: string | undefined): Format['duration'] {
  const unit = (name: string, digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const [milliseconds, seconds, minutes] = [
    unit('millisecond', 0),
    unit('second', 1),
    unit('minute', 1),
  ];
  return (value) => {
    if (value < 999.5) return milliseconds.format(value);
    if (value < 59_950) return seconds.format(value / 1000);
    return minutes.format(value / 60_000);
  };
}

function createTimeFormats(
  locale: string | undefined,
): Pick<Format, 'time' | 'dateAndTime' | 'day'> {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, options);
  const clock = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  const short = format({ month: 'short', day: 'numeric' });
  const full = format({ dateStyle: 'medium', timeStyle: 'medium' });
  const day = format({ weekday: 'long', month: 'long', day: 'numeric' });
  return {
    time(epochMs, now) {
      const date = new Date(epochMs);
      const isToday = date.toDateString() === new Date(now).toDateString();
      return isToday
        ? clock.format(date)
        : `${short.format(date)} ${clock.format(date).slice(0, 5)}`;
    },
    dateAndTime: (epochMs) => full.format(epochMs),
    day: (epochMs) => day.format(epochMs),
  };
}
