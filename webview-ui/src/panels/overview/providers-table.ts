import type { UsageReport } from '@relaycore/proxy-core/contract';
import type { Format } from '../../data/format.ts';
import { demoBadge } from '../../elements/badge.ts';
import { element, setHidden, setText, setTitle } from '../../elements/element.ts';
import { createKeyedRows, type Row } from '../../elements/keyed-rows.ts';
import { isDemo } from './demo.ts';

type Group = UsageReport['groups'][number];

const columns = ['Provider', 'Requests', 'Tokens', 'Cost'];

/** Where the day's requests went. */
export function createProvidersTable(format: Format): {
  readonly element: HTMLElement;
  update(report: UsageReport): void;
} {
  const body = element('tbody');
  const head = element('tr', {}, columns.map(headCell));
  const table = element(
    'table',
    { class: 'table providers', attributes: { 'aria-label': 'By provider' } },
    [element('thead', {}, [head]), body],
  );
  const show = createKeyedRows<Group>(body, {
    // A provider cannot be called this: ids are lower case.
    keyOf: ({ key }) => key ?? 'NONE',
    createRow: () => createRow(format),
  });
  return {
    element: table,
    update: ({ groups }) => show(groups),
  };
}

function headCell(text: string, index: number): HTMLTableCellElement {
  return element('th', {
    text,
    class: index === 0 ? '' : 'is-number',
    attributes: { scope: 'col' },
  });
}

function numberCell(): HTMLTableCellElement {
  return element('td', { class: 'is-number' });
}

function createRow(format: Format): Row<Group> {
  const name = element('span');
  const demo = demoBadge();
  const [requests, tokens, cost] = [numberCell(), numberCell(), numberCell()];
  const title = element('th', { attributes: { scope: 'row' } }, [name, demo]);
  return {
    element: element('tr', {}, [title, requests, tokens, cost]),
    update({ key, sums }) {
      // The id of the demo provider is what the badge says.
      setText(name, isDemo(key) ? '' : (key ?? 'none reached'));
      setTitle(title, key ?? 'Requests that ended before a provider was chosen.');
      setHidden(demo, !isDemo(key));
      const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = sums;
      const all = inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens;
      const mark = sums.estimatedRequests > 0 ? '≈ ' : '';
      const rest = sums.unpricedRequests > 0 ? ' + ?' : '';
      setText(requests, format.count(sums.requests));
      setText(tokens, mark + format.compact(all));
      setText(cost, mark + format.cost(sums.costNanoUsd) + rest);
      const unpriced = `${format.count(sums.unpricedRequests)} of unknown cost are not in it.`;
      setTitle(cost, sums.unpricedRequests > 0 ? unpriced : '');
    },
  };
}
