// The first panel: what today cost, what was saved, and the latest requests, live.
import { element, setHidden, setText } from '../../elements/element.ts';
import type { Panel, PanelContext, PanelDefinition } from '../panel.ts';
import { isDemo } from './demo.ts';
import { createFigures } from './figures.ts';
import { createFirstRequest } from './first-request.ts';
import { hoursOf } from './hours.ts';
import { createHoursChart } from './hours-chart.ts';
import { createOverviewLoader, type Overview } from './load-overview.ts';
import { createProvidersTable } from './providers-table.ts';
import { createRequestsTable } from './requests-table.ts';
import { summarise } from './summary.ts';

export const overviewPanel: PanelDefinition = {
  id: 'overview',
  title: 'Overview',
  create: createOverview,
};

function createOverview(context: PanelContext): Panel {
  const { format, now } = context;
  const load = createOverviewLoader(context.data, now);
  const day = element('span', { class: 'quiet' });
  const figures = createFigures();
  const hours = createHoursChart(format);
  const providers = createProvidersTable(format);
  const requests = createRequestsTable(format, now);
  const split = element('div', { class: 'overview-split' }, [
    section('Requests by hour', [hours.element]),
    section('By provider', [providers.element]),
  ]);
  const firstRequest = createFirstRequest(context);
  const show = (overview: Overview): void => {
    const { byHour, byProvider } = overview;
    const demo = byProvider.groups.find(({ key }) => isDemo(key))?.sums.requests ?? 0;
    setText(day, format.day(overview.day.from));
    figures.update(summarise(byHour.totals, demo, format));
    hours.update(hoursOf(byHour), overview.day.hour);
    providers.update(byProvider);
    requests.update(overview.requests);
    setHidden(split, byHour.totals.requests === 0);
    setHidden(requests.element, overview.requests.length === 0);
    setHidden(firstRequest, overview.requests.length > 0);
  };
  return {
    element: element('div', { class: 'overview' }, [
      section('Today', [figures.element], day),
      split,
      section('Latest requests', [requests.element, firstRequest]),
    ]),
    async refresh() {
      const overview = await load();
      if (overview !== null) show(overview);
    },
  };
}

function section(title: string, content: readonly Node[], beside?: Node): HTMLElement {
  const heading = element('h2', { text: title });
  const head = element('div', { class: 'section-head' }, [heading, ...(beside ? [beside] : [])]);
  return element('section', { class: 'section' }, [head, ...content]);
}
