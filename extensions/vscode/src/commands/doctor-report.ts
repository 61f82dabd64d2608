// The doctor's findings as a document that can be read, and pasted into a bug report.
import type { DoctorFinding } from '@relaycore/proxy-core/contract/bridge';
import type { CoreState } from '../core-host/core-state.ts';

export interface DoctorReportInput {
  readonly state: CoreState;
  /** Null: the core could not be asked; `failure` says why. */
  readonly findings: readonly DoctorFinding[] | null;
  readonly failure: string | null;
  /** Such as `12/31/2026, 6:04:01 PM`: the document stays open while things change. */
  readonly madeAt: string;
  /** Name and value, in this order. */
  readonly environment: readonly (readonly [name: string, value: string])[];
}

type Severity = DoctorFinding['severity'];

const headings: readonly (readonly [severity: Severity, heading: string, mark: string])[] = [
  ['error', 'Needs you', '✖'],
  ['warning', 'Could be better', '⚠'],
  ['info', 'Good to know', 'ℹ'],
  ['ok', 'In order', '✔'],
];

export function doctorReport(input: DoctorReportInput): string {
  const { state, findings, failure, madeAt, environment } = input;
  return [
    '# RelayCore: doctor report',
    `Made at ${madeAt}. The command “RelayCore: Show Doctor Report” makes it anew.`,
    stateSentence(state),
    ...(findings === null ? [unanswered(state, failure)] : sections(findings)),
    '## This installation',
    environment.map(([name, value]) => `- ${name}: \`${value.replaceAll('`', "'")}\``).join('\n'),
    '',
  ].join('\n\n');
}

function sections(findings: readonly DoctorFinding[]): readonly string[] {
  return headings.flatMap(([severity, heading, mark]) => {
    const found = findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) return [];
    return [`## ${heading}`, found.map((finding) => line(finding, mark)).join('\n')];
  });
}

function line({ title, remedy }: DoctorFinding, mark: string): string {
  return `- ${mark} ${title}${remedy === null ? '' : `  \n  **${remedy}**`}`;
}

/** Where the state says why already, it is not said twice. */
function unanswered(state: CoreState, failure: string | null): string {
  const isKnown = failure === null || stateSentence(state).includes(failure);
  const reason = isKnown ? '' : ` ${failure}`;
  return `The core could not be asked, so this report knows only what this window knows.${reason}`;
}

function stateSentence(state: CoreState): string {
  switch (state.kind) {
    case 'starting':
      return 'The proxy is starting.';
    case 'leading':
      return `The proxy runs in this window at ${state.url}.`;
    case 'attached': {
      const { host, pid, version } = state.leader;
      return `The proxy runs at ${state.url}, in ${host.name} (process ${pid}, version ${version}).`;
    }
    case 'restarting':
      return `The proxy is starting again. ${state.reason}`;
    case 'reconnecting':
      return 'The connection to the proxy is lost; it is looked for.';
    case 'hung':
      return `The process that runs the proxy does not answer. ${state.reason}`;
    case 'failed':
      return `The proxy cannot start. ${state.reason}`;
    case 'stopped':
      return 'The proxy is stopped.';
  }
}
