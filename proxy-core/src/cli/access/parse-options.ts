import { InvalidArgumentError } from 'commander';
import { parseTime } from '../../contract/control.ts';

const hourMs = 3_600_000;
const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** A whole number from 0 to 65535. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535; 0 takes any free one.');
}

/** Seconds of `90s`, `30m`, `12h`, `7d`, `2w`. */
export function parseAge(text: string): number {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  const seconds = Number(match?.[1]) * (unitSeconds[match?.[2] ?? ''] ?? Number.NaN);
  if (Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError('Give an age as 90s, 30m, 12h, 7d or 2w.');
}

/** Epoch milliseconds; a day alone is its beginning here, by this machine's clock. */
export function parseFrom(text: string): number {
  return startOfDay(text, 0) ?? parseMoment(text);
}

/** Epoch milliseconds, excluded; a day alone is included as a whole. */
export function parseTo(text: string): number {
  return startOfDay(text, 1) ?? parseMoment(text);
}

/** Epoch milliseconds of the last midnight before `now`, by this machine's clock. */
export function startOfToday(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

function startOfDay(text: string, daysLater: number): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = match.slice(1).map(Number);
  const date = new Date(year ?? 0, (month ?? 0) - 1, day);
  if (date.getMonth() !== (month ?? 0) - 1) throw invalidTime();
  // By calendar, not by 24 hours: days on which the clock changes are longer or shorter.
  date.setDate(date.getDate() + daysLater);
  return date.getTime();
}

function parseMoment(text: string): number {
  const time = parseTime(text);
  if (time === null) throw invalidTime();
  return time;
}

function invalidTime(): InvalidArgumentError {
  const example = new Date(Date.UTC(2026, 10, 21) + 9 * hourMs).toISOString();
  return new InvalidArgumentError(`Give a day as 2026-11-21 or a time as ${example}.`);
}
