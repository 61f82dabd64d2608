import { median } from '../statistics.ts';
import { formatMs, type Measured, type Row } from './measured.ts';
import type { Succession } from './service-watch.ts';

export type Successions = (Succession & { readonly stream: 'whole' | 'cut' })[];

/** A client that tries again soon does not notice. */
const servedWithinMs = 500;

export function reportSuccessions(
  title: string,
  found: { readonly killed: Successions; readonly closed: Successions },
): Measured {
  const { killed, closed } = found;
  const gaps = (all: Successions): number[] => all.map(({ gapMs }) => gapMs);
  return {
    title: `${title}, a stream under way, ${killed.length} of each`,
    columns: ['median', 'least', 'most', 'streams whole'],
    rows: [
      row('leader killed (-9), until served again, ms', gaps(killed), killed),
      row('leader closed, longest time unserved, ms', gaps(closed), closed),
      row(
        '  until the successor answers, ms',
        closed.map(({ takenOverMs }) => takenOverMs),
      ),
    ],
    goals: [
      {
        title: `${title}, killed`,
        value: median(gaps(killed)),
        limit: servedWithinMs,
        unit: 'ms',
      },
      {
        title: `${title}, closed`,
        value: median(gaps(closed)),
        limit: servedWithinMs,
        unit: 'ms',
      },
    ],
    notes: [],
    values: found,
  };
}

function row(label: string, values: readonly number[], streams?: Successions): Row {
  const figures = [median(values), Math.min(...values), Math.max(...values)].map(formatMs);
  const whole = streams?.filter(({ stream }) => stream === 'whole').length;
  return { label, cells: whole === undefined ? figures : [...figures, String(whole)] };
}
