// The command line of the benchmark inside an editor.
import { parseArgs } from 'node:util';
import type { QuietLimits } from './quiet.ts';

export const partNames = ['event-loop', 'activation', 'hand-over', 'windows', 'election'] as const;
export type PartName = (typeof partNames)[number];

export interface IdeBenchOptions {
  readonly parts: readonly PartName[];
  readonly loopRounds: number;
  /** Of one measurement. */
  readonly loopMs: number;
  readonly starts: number;
  /** Of each way in which the lead can go. */
  readonly handOvers: number;
  readonly windowHandOvers: number;
  readonly electionRounds: number;
  /** Of the whole run. */
  readonly quiet: QuietLimits;
  readonly jsonFile: string;
}

export const usage = `npm run bench:ide -- [--quick] [--only PART[,PART]] [--rounds N] [--json FILE]

  --quick    fewer of everything: two or three minutes; trust it less
  --only     of ${partNames.join(', ')}; default all
  --rounds   elections of twenty cores; default 5, 50 is the whole count
  --json     where the numbers go; default test-results/bench-ide.json
`;

/** Throws on an unknown option or part. */
export function parseOptions(args: readonly string[]): IdeBenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: partNames.join(',') },
      rounds: { type: 'string' },
      json: { type: 'string', default: 'test-results/bench-ide.json' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const counts = values.quick ? quickCounts : fullCounts;
  return {
    ...counts,
    parts: values.only.split(',').map(partName),
    electionRounds: values.rounds === undefined ? counts.electionRounds : count(values.rounds),
    jsonFile: values.json,
  };
}

const fullCounts = {
  loopRounds: 7,
  loopMs: 5_000,
  starts: 10,
  handOvers: 20,
  windowHandOvers: 5,
  electionRounds: 5,
  quiet: { waitMs: 240_000, repeats: 30 },
};

const quickCounts = {
  loopRounds: 1,
  loopMs: 5_000,
  starts: 3,
  handOvers: 3,
  windowHandOvers: 1,
  electionRounds: 1,
  quiet: { waitMs: 20_000, repeats: 3 },
};

function partName(name: string): PartName {
  const known = partNames.find((one) => one === name.trim());
  if (known === undefined) throw new Error(`Unknown part ${name}; known: ${partNames.join(', ')}.`);
  return known;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${text} is no number of rounds.`);
  return value;
}
