import { Option } from 'commander';
import {
  groupings,
  usageReportSchema,
  type Grouping,
  type UsageReport,
  type UsageSums,
} from '../../contract/analytics.ts';
import { callCore } from '../access/call-core.ts';
import { parseFrom, parseTo, startOfToday } from '../access/parse-options.ts';
import { requireCore } from '../access/running-core.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import {
  formatCost,
  formatCount,
  formatDollars,
  formatNumberOf,
  formatShare,
  formatTime,
} from '../output/format-values.ts';
import type { Output } from '../output/output.ts';

interface UsageOptions extends CommonOptions {
  readonly today?: true;
  readonly from?: number;
  readonly to?: number;
  readonly by?: Grouping;
  readonly model?: string;
  readonly provider?: string;
  readonly assistant?: string;
  readonly workspace?: string;
}

export const usage: CliCommand = {
  name: 'usage',
  summary: 'Sum up requests, tokens and cost; all that is recorded unless a time is given',
  examples: [
    'usage --today',
    'usage --from 2026-11-01 --to 2026-11-30 --by model',
    'usage --by day --provider anthropic --json',
  ],
  define(command, context) {
    command
      .addOption(new Option('--today', 'since midnight').conflicts(['from', 'to']))
      .option('--from <time>', 'a day (2026-11-21) or an ISO 8601 time', parseFrom)
      .option('--to <time>', 'the same; a day is included as a whole', parseTo)
      .addOption(new Option('--by <grouping>', 'one line for each').choices(groupings))
      .option('--model <model>', 'only this model')
      .option('--provider <provider>', 'only this provider')
      .option('--assistant <assistant>', 'only this assistant')
      .option('--workspace <workspace>', 'only this workspace')
      .action(async (options: UsageOptions) => {
        const { terminal, output } = context;
        checkPeriod(options);
        const core = await requireCore(context.dataHome(options));
        const { today, by, model, provider, assistant, workspace, to } = options;
        const from = today ? startOfToday(terminal.now()) : options.from;
        const timezoneOffsetMinutes = -new Date(terminal.now()).getTimezoneOffset();
        const filter = { from, to, model, provider, assistant, workspace };
        const report = await callCore(core, {
          method: 'GET',
          path: '/v1/analytics/usage',
          query: { ...filter, groupBy: by, timezoneOffsetMinutes },
          answer: usageReportSchema,
        });
        if (options.json) output.json(report);
        else print(output, report);
      });
  },
};

/** CommandFailure with the usage exit code where the period ends before it begins. */
function checkPeriod({ from, to }: UsageOptions): void {
  if (from === undefined || to === undefined || from < to) return;
  throw new CommandFailure('The time of --from must be before that of --to.', exitCodes.usage);
}

function print(output: Output, report: UsageReport): void {
  output.title(`Usage ${describePeriod(report)}`);
  if (report.groupBy === null) return printTotals(output, report.totals);
  const columns = [
    { title: capitalise(report.groupBy) },
    ...['Requests', 'Failed', 'Hits', 'Input', 'Cached', 'Output', 'Cost $', 'Saved $'].map(
      (title) => ({ title, align: 'right' as const }),
    ),
  ];
  const rows = report.groups.map(({ key, sums }) => [key ?? '(none)', ...cellsOf(sums)]);
  output.table(columns, [...rows, ['Total', ...cellsOf(report.totals)]]);
}

function printTotals(output: Output, sums: UsageSums): void {
  const { cacheHits, cacheLookups, estimatedRequests, failedRequests, requests } = sums;
  const hits = `${formatCount(cacheHits)} of ${formatCount(cacheLookups)} looked up (${formatShare(cacheHits, cacheLookups)})`;
  const estimated = estimatedRequests === 0 ? '' : `, ${formatCount(estimatedRequests)} estimated`;
  output.facts([
    ['Requests', `${formatCount(requests)} (${formatCount(failedRequests)} failed${estimated})`],
    ['Cache hits', hits],
    [
      'Input tokens',
      `${formatCount(inputOf(sums))} (${formatCount(sums.cacheReadTokens)} read from prompt caches)`,
    ],
    [
      'Output tokens',
      `${formatCount(sums.outputTokens)} (${formatCount(sums.reasoningTokens)} reasoning)`,
    ],
    ['Cost', inDollars(formatCost(sums))],
    ['Saved', inDollars(formatDollars(savedOf(sums)))],
  ]);
  if (sums.unpricedRequests > 0) {
    output.line(`The cost of ${formatNumberOf(sums.unpricedRequests, 'request')} is not known.`);
  }
}

function cellsOf(sums: UsageSums): string[] {
  return [
    formatCount(sums.requests),
    formatCount(sums.failedRequests),
    formatCount(sums.cacheHits),
    formatCount(inputOf(sums)),
    formatCount(sums.cacheReadTokens),
    formatCount(sums.outputTokens),
    formatCost(sums),
    formatDollars(savedOf(sums)),
  ];
}

function inputOf(sums: UsageSums): number {
  return sums.inputTokens + sums.cacheReadTokens + sums.cacheWriteTokens;
}

function savedOf(sums: UsageSums): number {
  return sums.savedByCacheNanoUsd + sums.savedByPromptCacheNanoUsd;
}

function inDollars(amount: string): string {
  return /^\d/.test(amount) ? `$${amount}` : amount;
}

function describePeriod({ from, to }: UsageReport): string {
  const until = to === null ? 'until now' : `until ${formatTime(to)}`;
  return from === null ? until : `from ${formatTime(from)} ${until}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
