// Times small functions against one another in alternating rounds, so that a noisy machine treats
// them alike, and prints a table.
import { median } from '../statistics.ts';

const ROUNDS = 41;
const ROUND_MS = 4;
const WARM_UP_MS = 60;

export type Candidates = Readonly<Record<string, () => unknown>>;

export interface Row {
  readonly name: string;
  /** Microseconds a call. */
  readonly medianUs: number;
  readonly bestUs: number;
  /** Median against that of the first candidate. */
  readonly ratio: number;
}

/** What is given back is kept here, so that no call is optimised away. */
const sink: { last: unknown } = { last: undefined };

export function compare(candidates: Candidates): Row[] {
  const contestants = Object.entries(candidates).map(([name, run]) => ({
    name,
    run,
    calls: Math.max(1, Math.round((callsWithin(run, WARM_UP_MS) * ROUND_MS) / WARM_UP_MS)),
    samples: new Array<number>(),
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, calls, samples } of contestants) samples.push(timeUs(run, calls));
  }
  const baseline = median(contestants[0]?.samples ?? []);
  return contestants.map(({ name, samples }) => ({
    name,
    medianUs: median(samples),
    bestUs: Math.min(...samples),
    ratio: median(samples) / baseline,
  }));
}

export function printRows(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`);
  for (const { name, medianUs, bestUs, ratio } of rows) {
    const figures = [medianUs, bestUs].map((us) => us.toFixed(us < 10 ? 2 : 0).padStart(9));
    console.log(`  ${name.padEnd(34)}${figures.join('')} µs  × ${ratio.toFixed(2)}`);
  }
}

function callsWithin(run: () => unknown, limitMs: number): number {
  const endsAt = performance.now() + limitMs;
  let calls = 0;
  while (performance.now() < endsAt) {
    sink.last = run();
    calls++;
  }
  return calls;
}

function timeUs(run: () => unknown, calls: number): number {
  const startedAt = performance.now();
  for (let call = 0; call < calls; call++) sink.last = run();
  return ((performance.now() - startedAt) * 1000) / calls;
}
