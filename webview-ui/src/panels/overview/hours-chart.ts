import type { Format } from '../../data/format.ts';
import { element, setText, svg } from '../../elements/element.ts';
import type { HourSums } from './hours.ts';

/** In units of the drawing, which is stretched to the width of its box. */
const height = 100;
const barWidth = 10;
const step = 14;
/** An hour with few requests still shows. */
const minBar = 3;

/** Requests by hour of the day, failed ones apart. */
export function createHoursChart(format: Format): {
  readonly element: HTMLElement;
  update(hours: readonly HourSums[], currentHour: number): void;
} {
  const drawing = svg('svg', {
    viewBox: `0 0 ${24 * step} ${height}`,
    preserveAspectRatio: 'none',
    role: 'img',
  });
  const most = element('span', { class: 'chart-most' });
  const axis = element(
    'div',
    { class: 'chart-axis', attributes: { 'aria-hidden': 'true' } },
    [0, 6, 12, 18].map((hour) => element('span', { text: clock(hour) })),
  );
  return {
    element: element('div', { class: 'chart' }, [most, drawing, axis]),
    update(hours, currentHour) {
      const peak = Math.max(...hours.map((sums) => sums?.requests ?? 0));
      setText(most, peak === 0 ? '' : `${format.count(peak)} at most in an hour`);
      drawing.setAttribute('aria-label', describe(hours, format));
      const bars = hours.map((sums, hour) => drawHour(sums, hour, { peak, currentHour, format }));
      drawing.replaceChildren(...bars);
    },
  };
}

interface Scale {
  readonly peak: number;
  readonly currentHour: number;
  readonly format: Format;
}

function drawHour(sums: HourSums, hour: number, { peak, currentHour, format }: Scale): SVGElement {
  const title = svg('title', {});
  title.textContent = describeHour(sums, hour, format);
  const x = hour * step + (step - barWidth) / 2;
  const area = svg('rect', { x: hour * step, y: 0, width: step, height, class: 'chart-area' });
  const base = svg('rect', { x, y: height - 1, width: barWidth, height: 1, class: 'chart-base' });
  const group = svg('g', { class: hour === currentHour ? 'is-current' : '' }, [title, area, base]);
  if (sums === null || sums.requests === 0) return group;
  const total = Math.max(minBar, (sums.requests / peak) * height);
  const failed = (sums.failedRequests / sums.requests) * total;
  group.append(
    svg('rect', {
      x,
      y: height - total,
      width: barWidth,
      height: total - failed,
      class: 'chart-bar',
    }),
    svg('rect', { x, y: height - failed, width: barWidth, height: failed, class: 'chart-failed' }),
  );
  return group;
}

function describeHour(sums: HourSums, hour: number, format: Format): string {
  const span = `${clock(hour)}–${clock(hour + 1)}`;
  if (sums === null) return `${span}: no requests`;
  const failed = sums.failedRequests === 0 ? '' : `, ${format.count(sums.failedRequests)} failed`;
  return `${span}: ${format.count(sums.requests)} requests${failed}, ${format.cost(sums.costNanoUsd)}`;
}

function describe(hours: readonly HourSums[], format: Format): string {
  const busy = hours.flatMap((sums, hour) =>
    sums === null || sums.requests === 0 ? [] : [describeHour(sums, hour, format)],
  );
  return busy.length === 0
    ? 'Requests by hour: none today'
    : `Requests by hour. ${busy.join('. ')}`;
}

function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}
