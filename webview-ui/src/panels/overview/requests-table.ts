import type { RequestRecord } from '@relaycore/proxy-core/contract';
import type { Format } from '../../data/format.ts';
import { badge, demoBadge } from '../../elements/badge.ts';
import { element, setHidden, setText, setTitle } from '../../elements/element.ts';
import { createKeyedRows, type Row } from '../../elements/keyed-rows.ts';
import { isDemo } from './demo.ts';
import { describeCache, describeCost, describeResult, inputTokensOf } from './describe-request.ts';

/** `priority` 1 shows at any width, 2 from a tablet's on, 3 on a desktop's. */
interface Column {
  readonly title: string;
  readonly name: string;
  readonly priority: 1 | 2 | 3;
  readonly isNumber?: boolean;
  readonly hint?: string;
}

const columns: readonly Column[] = [
  { title: 'Time', name: 'time', priority: 1 },
  { title: 'Model', name: 'model', priority: 1 },
  { title: 'Provider', name: 'provider', priority: 2 },
  { title: 'Assistant', name: 'assistant', priority: 3 },
  { title: 'Result', name: 'result', priority: 2 },
  { title: 'Cache', name: 'cache', priority: 2 },
  { title: 'In', name: 'input', priority: 3, isNumber: true, hint: 'Input tokens' },
  { title: 'Out', name: 'output', priority: 3, isNumber: true, hint: 'Output tokens' },
  { title: 'First byte', name: 'first', priority: 3, isNumber: true },
  { title: 'Total', name: 'total', priority: 2, isNumber: true, hint: 'Duration' },
  { title: 'Cost', name: 'cost', priority: 1, isNumber: true },
];

export function createRequestsTable(
  format: Format,
  now: () => number,
): { readonly element: HTMLElement; update(requests: readonly RequestRecord[]): void } {
  const body = element('tbody');
  const head = columns.map(({ title, hint, ...column }) =>
    element('th', {
      text: title,
      class: classOf(column),
      attributes: {
        scope: 'col',
        ...(hint === undefined ? {} : { title: hint, 'aria-label': hint }),
      },
    }),
  );
  const table = element(
    'table',
    { class: 'table requests', attributes: { 'aria-label': 'Latest requests, newest first' } },
    [element('thead', {}, [element('tr', {}, head)]), body],
  );
  const show = createKeyedRows<RequestRecord>(body, {
    keyOf: ({ requestId }) => requestId,
    createRow: () => createRow(format, now),
  });
  return { element: table, update: show };
}

function classOf({ name, priority, isNumber }: Omit<Column, 'title' | 'hint'>): string {
  return `column-${name} priority-${priority}${isNumber === true ? ' is-number' : ''}`;
}

function createRow(format: Format, now: () => number): Row<RequestRecord> {
  const cells = new Map(
    columns.map((column) => [column.name, element('td', { class: classOf(column) })]),
  );
  const cell = (name: string): HTMLTableCellElement => cells.get(name) ?? element('td');
  const time = element('time');
  cell('time').append(time);
  const updateModel = createModelCell(cell('model'));
  const updateProvider = createProviderCell(cell('provider'));
  const updateResult = createResultCell(cell('result'));
  let shown = '';
  return {
    element: element('tr', {}, [...cells.values()]),
    update(request) {
      setText(time, format.time(request.startedAt, now()));
      const current = JSON.stringify(request);
      if (current === shown) return;
      shown = current;
      time.dateTime = new Date(request.startedAt).toISOString();
      setTitle(time, format.dateAndTime(request.startedAt));
      updateModel(request);
      updateProvider(request);
      updateResult(request);
      updateCache(cell('cache'), request);
      setText(cell('assistant'), request.assistant ?? '–');
      setTitle(cell('assistant'), request.assistant ?? '');
      updateNumbers(cell, request, format);
    },
  };
}

function createModelCell(cell: HTMLElement): (request: RequestRecord) => void {
  const model = element('span', { class: 'model-name' });
  // Below the name where the columns of provider and result have no room.
  const detail = element('span', { class: 'model-detail' });
  cell.append(model, detail);
  return (request) => {
    const name = request.model ?? request.requestedModel;
    setText(model, name ?? request.endpoint);
    model.classList.toggle('quiet', name === null);
    setTitle(model, name === null ? request.endpoint : `${name} (${request.endpoint})`);
    const demo = isDemo(request.provider) ? ' (demo)' : '';
    const provider = request.provider === null ? '' : `${request.provider}${demo} · `;
    const cache = describeCache(request);
    const { text } = describeResult(request);
    setText(detail, provider + text + (cache?.tone === 'good' ? ` · ${cache.text}` : ''));
  };
}

function createProviderCell(cell: HTMLElement): (request: RequestRecord) => void {
  const name = element('span');
  const demo = demoBadge();
  cell.append(name, demo);
  return ({ provider }) => {
    // The id of the demo provider is what the badge says.
    setText(name, isDemo(provider) ? '' : (provider ?? '–'));
    setTitle(name, provider ?? '');
    setHidden(demo, !isDemo(provider));
  };
}

function createResultCell(cell: HTMLElement): (request: RequestRecord) => void {
  const dot = element('span', { class: 'dot', attributes: { 'aria-hidden': 'true' } });
  const text = element('span');
  cell.append(dot, text);
  return (request) => {
    const result = describeResult(request);
    dot.className = `dot dot-${result.tone}`;
    setText(text, result.text);
    setTitle(cell, result.title);
  };
}

function updateCache(cell: HTMLElement, request: RequestRecord): void {
  const cache = describeCache(request);
  cell.replaceChildren(
    cache === null
      ? element('span', { class: 'quiet', text: '–', title: 'The cache was not asked.' })
      : badge(cache.text, cache.tone, cache.title),
  );
}

function updateNumbers(
  cell: (name: string) => HTMLElement,
  request: RequestRecord,
  format: Format,
): void {
  const mark = request.isUsageEstimated ? '≈ ' : '';
  const tokens = (count: number | null): string =>
    count === null ? '–' : mark + format.count(count);
  const duration = (value: number | null): string =>
    value === null ? '–' : format.duration(value);
  setText(cell('input'), tokens(inputTokensOf(request)));
  setText(cell('output'), tokens(request.outputTokens));
  setText(cell('first'), duration(request.timeToFirstByteMs));
  setText(cell('total'), duration(request.latencyMs));
  const cost = describeCost(request, format);
  setText(cell('cost'), cost.text);
  setTitle(cell('cost'), cost.title);
  cell('cost').classList.toggle('is-unknown', cost.isUnknown);
}
