import type { UsageSums } from '../../contract/analytics.ts';
import { formatUsd, type NanoUsd } from '../../domain/money.ts';

/** `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 request`, `2,000 requests`. */
export function formatNumberOf(count: number, singular: string): string {
  return `${formatCount(count)} ${singular}${count === 1 ? '' : 's'}`;
}

/** `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return unit === 'B' ? `${value} B` : `${value.toFixed(1)} ${unit}`;
}

/** Exact dollars, at least with cents: `0.50`, `0.000002`. */
export function formatDollars(nanoUsd: NanoUsd): string {
  const [whole = '0', fraction = ''] = formatUsd(nanoUsd).split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

/**
 * What the requests cost. Where the price of some is not known the sum is a lower bound and says so;
 * where none is known there is no sum: an unknown cost is never shown as 0.
 */
export function formatCost(sums: UsageSums): string {
  if (sums.unpricedRequests === 0) return formatDollars(sums.costNanoUsd);
  if (sums.costNanoUsd === 0) return 'unknown';
  return `${formatDollars(sums.costNanoUsd)} + unknown`;
}

/** `34 %`, or `-` where there is nothing to take a share of. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.round((part / whole) * 100)} %`;
}

/** The two largest units: `2 d 3 h`, `5 min 1 s`. */
export function formatDuration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return '0 s';
  let rest = seconds;
  const parts = units.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { count, text: `${count} ${unit}` };
  });
  return parts
    .filter(({ count }, index) => index === 0 || count > 0)
    .map(({ text }) => text)
    .join(' ');
}

/** Local time to the minute: `2026-11-21 13:05`. */
export function formatTime(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
