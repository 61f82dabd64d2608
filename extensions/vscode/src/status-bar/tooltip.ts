// What the meter's tooltip says: the day in numbers, where they come from, and links to commands.
import type { UsageSums } from '@relaycore/proxy-core/contract';
import type { CoreState, RunningState } from '../core-host/core-state.ts';
import { isRunning } from '../core-host/core-state.ts';
import type { CacheMode, DayUsage, UsageShare } from './day-usage.ts';
import type { Figures } from './figures.ts';
import { commandLink, escapeMarkdown, shorten, table } from './markdown.ts';
import { costText, hitRate } from './meter.ts';

export interface TooltipInput {
  readonly state: CoreState;
  readonly usage: DayUsage | null;
  readonly cacheMode: CacheMode;
  /** Sentences of the core: what is wrong and what to do. */
  readonly notices: readonly string[];
}

/** Every command that the tooltip may link to; the editor lets no other link through. */
export const tooltipCommands = [
  'relaycore.openDashboard',
  'relaycore.clearCache',
  'relaycore.toggleCache',
  'relaycore.createClientToken',
  'relaycore.addProviderKey',
  'relaycore.restartProxy',
  'relaycore.showLog',
  'relaycore.showDoctorReport',
] as const;

const shownShares = 5;
const longestName = 32;

/** Markdown, with icons; links go to `tooltipCommands` only. */
export function tooltipOf(input: TooltipInput, figures: Figures): string {
  const { state } = input;
  return isRunning(state) ? runningTooltip(state, input, figures) : troubleTooltip(state);
}

function runningTooltip(state: RunningState, input: TooltipInput, figures: Figures): string {
  const { usage, cacheMode, notices } = input;
  const toggle = cacheMode === 'off' ? 'Turn cache on' : 'Turn cache off';
  const links = [
    commandLink('$(graph) Dashboard', 'relaycore.openDashboard'),
    commandLink('$(clear-all) Clear cache', 'relaycore.clearCache'),
    ...(cacheMode === null ? [] : [commandLink(toggle, 'relaycore.toggleCache')]),
  ];
  return [
    '**RelayCore today**',
    ...(cacheMode === 'off'
      ? ['$(debug-pause) The cache is off: every request goes to its provider.']
      : []),
    ...usageParts(usage, figures),
    whereItRuns(state),
    ...notices.map((notice) => `$(warning) ${escapeMarkdown(notice)}`),
    links.join(' &nbsp;·&nbsp; '),
  ].join('\n\n');
}

function usageParts(usage: DayUsage | null, figures: Figures): readonly string[] {
  if (usage === null) return ['Reading the figures…'];
  if (usage.totals.requests === 0) return [firstSteps()];
  return [
    totalsTable(usage.totals, figures),
    ...sharesTable(usage, figures),
    ...remarks(usage.totals, figures),
  ];
}

function firstSteps(): string {
  const token = commandLink('Create a client token', 'relaycore.createClientToken');
  const key = commandLink('add a provider key', 'relaycore.addProviderKey');
  return `No requests yet. ${token} for an assistant, and ${key} where it brings none of its own.`;
}

function totalsTable(totals: UsageSums, figures: Figures): string {
  const { savedByCacheNanoUsd, savedByPromptCacheNanoUsd, cacheHits, cacheLookups } = totals;
  const rate = hitRate(totals);
  const input = totals.inputTokens + totals.cacheReadTokens + totals.cacheWriteTokens;
  const failed = totals.failedRequests;
  const rows = [
    ['Saved by the cache', figures.cost(savedByCacheNanoUsd)],
    ['Saved by prompt caches', figures.cost(savedByPromptCacheNanoUsd)],
    [
      'Answered by the cache',
      rate === null
        ? 'nothing was looked up'
        : `${figures.percent(rate)} (${figures.count(cacheHits)} of ${figures.count(cacheLookups)})`,
    ],
    [
      'Requests',
      failed === 0
        ? figures.count(totals.requests)
        : `${figures.count(totals.requests)}, ${figures.count(failed)} failed`,
    ],
    ['Tokens', `${figures.compact(input)} in, ${figures.compact(totals.outputTokens)} out`],
  ];
  return table(['Cost', `**${costText(totals, figures)}**`], rows);
}

/** One table for both, so that their columns stand below each other. */
function sharesTable({ byModel, byAssistant }: DayUsage, figures: Figures): readonly string[] {
  if (byModel.length === 0) return [];
  const assistants =
    byAssistant.length === 0
      ? []
      : [['**Assistant**', '', ''], ...sharesRows(byAssistant, figures)];
  const rows = [...sharesRows(byModel, figures), ...assistants];
  return [table(['Model', 'Cost', 'Requests'], rows)];
}

/** The dearest few, and the rest in one line. */
function sharesRows(
  shares: readonly UsageShare[],
  figures: Figures,
): readonly (readonly string[])[] {
  const rest = shares.slice(shownShares);
  const rows = shares
    .slice(0, shownShares)
    .map(({ name, sums }) => [
      name === null ? '*not known*' : escapeMarkdown(shorten(name, longestName)),
      costText(sums, figures),
      figures.compact(sums.requests),
    ]);
  if (rest.length > 0) {
    const sum = (read: (sums: UsageSums) => number): number =>
      rest.reduce((total, { sums }) => total + read(sums), 0);
    rows.push([
      `*${figures.count(rest.length)} more*`,
      figures.cost(sum((sums) => sums.costNanoUsd)),
      figures.compact(sum((sums) => sums.requests)),
    ]);
  }
  return rows;
}

function remarks(totals: UsageSums, figures: Figures): readonly string[] {
  const { estimatedRequests, unpricedRequests } = totals;
  const lines = [
    ...(estimatedRequests > 0
      ? [`≈ ${many(estimatedRequests, figures)} estimated: the provider reported no usage.`]
      : []),
    ...(unpricedRequests > 0
      ? [`\\+ ${many(unpricedRequests, figures)} of unknown price, not in the cost.`]
      : []),
  ];
  return lines.length === 0 ? [] : [lines.join('  \n')];
}

function many(count: number, figures: Figures): string {
  return `${figures.count(count)} request${count === 1 ? '' : 's'}`;
}

function whereItRuns(state: RunningState): string {
  const address = `\`${state.url.replace(/^https?:\/\//, '')}\``;
  if (state.kind === 'leading') return `$(vm-running) ${address}, in this window`;
  const { host, pid } = state.leader;
  // Its name is its command line's.
  if (host.kind === 'headless')
    return `$(server-process) ${address}, a process of its own (${pid})`;
  return `$(vm-connect) ${address}, in ${escapeMarkdown(host.name)} (process ${pid})`;
}

function troubleTooltip(state: Exclude<CoreState, RunningState>): string {
  const restart = commandLink('$(debug-restart) Restart proxy', 'relaycore.restartProxy');
  const log = commandLink('$(output) Show log', 'relaycore.showLog');
  const doctor = commandLink('$(pulse) Doctor report', 'relaycore.showDoctorReport');
  const links = (...all: readonly string[]): string => all.join(' &nbsp;·&nbsp; ');
  switch (state.kind) {
    case 'starting':
      return ['**RelayCore is starting**', log].join('\n\n');
    case 'restarting':
      return [
        '**RelayCore is not answering**',
        escapeMarkdown(state.reason),
        'It is tried again by itself.',
        links(restart, log),
      ].join('\n\n');
    case 'reconnecting':
      return [
        '**The connection to RelayCore is lost**',
        'The proxy is looked for; where nobody runs it, this window takes over.',
        links(restart, log),
      ].join('\n\n');
    case 'hung':
      return [
        '**The process that runs RelayCore hangs**',
        escapeMarkdown(state.reason),
        links(log, doctor),
      ].join('\n\n');
    case 'failed':
      return [
        '**RelayCore cannot start**',
        escapeMarkdown(state.reason),
        'It is tried again by itself now and then; a restart tries at once.',
        links(restart, log, doctor),
      ].join('\n\n');
    case 'stopped':
      return ['**RelayCore is stopped**', links(restart, log)].join('\n\n');
  }
}
