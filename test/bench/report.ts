// The tables on stdout and the numbers in the file.

import { loadavg } from 'node:os';
import type { Machine } from './machine.ts';
import type { PeerName } from './options.ts';
import { addedOf, medianOf, ratioOf, type Samples } from './rounds.ts';
import type { Metric, Scenario } from './scenarios/scenario.ts';
import { criteria, judge, type Criterion } from './verdicts.ts';

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly samples: Samples;
}

export interface Report {
  readonly machine: Machine;
  readonly isQuick: boolean;
  readonly seconds: number;
  readonly results: readonly ScenarioResult[];
  readonly notes: readonly string[];
}

const labelWidth = 36;
const cellWidth = 12;
const gateways = ['relaycore', 'portkey'] as const;

const foreignCpu: Metric = {
  key: 'foreignCpu',
  label: "CPUs that others' processes used",
  digits: 2,
  hasNoRatio: true,
};

/** Everything as text, ending with a line feed. */
export function formatReport(report: Report): string {
  const tables = report.results.map(({ scenario, samples }) => formatScenario(scenario, samples));
  const notes = report.notes.map((note) => `note: ${note}`);
  return [formatMachine(report), ...tables, formatVerdicts(report.results), ...notes, ''].join(
    '\n',
  );
}

/** Everything as a value: medians, ratios, every round's sample, verdicts. */
export function reportAsJson(report: Report): unknown {
  return {
    ...report.machine,
    isQuick: report.isQuick,
    seconds: Math.round(report.seconds),
    finishedAt: new Date().toISOString(),
    scenarios: report.results.map(({ scenario, samples }) => ({
      name: scenario.name,
      title: scenario.title,
      peers: Object.fromEntries(
        [...samples].map(([peer, rounds]) => [
          peer,
          { ...summary(scenario, samples, peer), rounds },
        ]),
      ),
    })),
    verdicts: criteria.map((criterion) => {
      const samples = samplesOf(report.results, criterion);
      return {
        title: criterion.title,
        measured: criterion.measure(samples),
        goal: criterion.goal,
        floor: criterion.floor,
        verdict: judge(criterion, samples),
      };
    }),
    notes: report.notes,
  };
}

function summary(scenario: Scenario, samples: Samples, peer: PeerName): Record<string, unknown> {
  const each = (value: (metric: Metric) => number): Record<string, number> =>
    Object.fromEntries(
      [...scenario.metrics, foreignCpu].map((metric) => [metric.key, value(metric)]),
    );
  return {
    medians: each((metric) => medianOf(samples, peer, metric.key)),
    toRaw: each((metric) => ratioOf(samples, [peer, 'raw'], metric.key)),
    overDirect: each((metric) => addedOf(samples, [peer, 'direct'], metric.key)),
  };
}

function formatMachine({ machine, isQuick, seconds }: Report): string {
  const load = `${machine.loadAverageAtStart.toFixed(2)} at the start, ${loadavg()[0]?.toFixed(2)} at the end`;
  return [
    `${machine.cpu}, ${machine.cpus} CPUs, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}`,
    `${machine.pinning}; load average ${load}`,
    `${isQuick ? 'quick' : 'full'} run of ${Math.round(seconds)} s; medians of alternating rounds, ratios of the same round`,
    '',
  ].join('\n');
}

function formatScenario(scenario: Scenario, samples: Samples): string {
  const peers = [...samples.keys()];
  if (peers.length === 0) return `${scenario.title} (${scenario.name}): not measured\n`;
  const compared = gateways.filter((name) => peers.includes(name) && peers.includes('raw'));
  const titles = [...peers, ...compared.map((name) => `${shortName(name)}/raw`)];
  const rows = [...scenario.metrics, foreignCpu].flatMap((metric) => {
    const medians = peers.map((peer) => format(medianOf(samples, peer, metric.key), metric.digits));
    const ratios = compared.map((peer) =>
      metric.hasNoRatio === true ? '' : format(ratioOf(samples, [peer, 'raw'], metric.key), 2),
    );
    const added = peers.map((peer) =>
      peer === 'direct'
        ? ''
        : format(addedOf(samples, [peer, 'direct'], metric.key), metric.digits),
    );
    const isAdded = metric.isAdded === true && peers.includes('direct');
    return [
      row(metric.label, [...medians, ...ratios]),
      ...(isAdded ? [row('  added to direct', added)] : []),
    ];
  });
  return [`${scenario.title} (${scenario.name})`, row('', titles), ...rows, ''].join('\n');
}

function formatVerdicts(results: readonly ScenarioResult[]): string {
  const measured = criteria.filter((one) =>
    results.some(({ scenario }) => scenario.name === one.scenario),
  );
  if (measured.length === 0) return '';
  const width = Math.max(...measured.map((criterion) => criterion.title.length)) + 2;
  const lines = measured.map((criterion) => {
    const samples = samplesOf(results, criterion);
    const sign = criterion.isHigherBetter ? '>=' : '<=';
    const cells = [
      format(criterion.measure(samples), 2).padStart(8),
      `  goal ${sign} ${criterion.goal}`.padEnd(16),
      `floor ${sign} ${criterion.floor}`.padEnd(15),
      judge(criterion, samples),
    ];
    return `${criterion.title.padEnd(width)}${cells.join('')}`;
  });
  return ['RelayCore against its goals', ...lines, ''].join('\n');
}

function samplesOf(results: readonly ScenarioResult[], criterion: Criterion): Samples {
  return results.find(({ scenario }) => scenario.name === criterion.scenario)?.samples ?? new Map();
}

function shortName(peer: PeerName): string {
  return peer === 'relaycore' ? 'relay' : peer;
}

function row(label: string, cells: readonly string[]): string {
  const line = label.padEnd(labelWidth) + cells.map((cell) => cell.padStart(cellWidth)).join('');
  return `  ${line.trimEnd()}`;
}

function format(value: number, digits: number): string {
  if (Number.isNaN(value)) return '-';
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString('en', fixed);
}
