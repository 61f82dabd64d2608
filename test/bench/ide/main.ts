// `npm run bench:ide`: what RelayCore costs the editor that it runs in, and how it changes hands between
// windows. A benchmark, not a test: it judges and prints, and fails only when it cannot run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeMachine, type Machine } from '../machine.ts';
import { createIdeBench, type IdeBench } from './bench.ts';
import { formatGoals, formatMeasured, type Measured } from './measured.ts';
import { parseOptions, usage, type IdeBenchOptions, type PartName } from './options.ts';
import { measureActivation } from './parts/activation.ts';
import { measureElection } from './parts/election.ts';
import { measureEventLoop } from './parts/event-loop.ts';
import { measureHandOver } from './parts/hand-over.ts';
import { measureWindows } from './parts/windows.ts';
import { loadAverage } from './quiet.ts';

const parts: Readonly<Record<PartName, (bench: IdeBench) => Promise<Measured>>> = {
  'event-loop': measureEventLoop,
  activation: measureActivation,
  'hand-over': measureHandOver,
  windows: measureWindows,
  election: measureElection,
};

/** Whatever hangs: nothing of it stays. */
const limitMs = 45 * 60_000;

interface Result {
  readonly measured: ReadonlyMap<PartName, Measured>;
  readonly failures: readonly string[];
}

async function run(options: IdeBenchOptions): Promise<void> {
  const startedAt = performance.now();
  const loadAtStart = loadAverage();
  const { measured, failures } = await measure(options);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const machine = {
    ...describeMachine({ gateway: [], rest: [], description: 'not pinned' }),
    loadAtStart,
    loadAtEnd: loadAverage(),
    seconds,
  };
  process.stdout.write(formatResult({ measured, failures }, machine));
  mkdirSync(dirname(options.jsonFile), { recursive: true });
  const json = { ...machine, ...Object.fromEntries(measured), failures };
  writeFileSync(options.jsonFile, `${JSON.stringify(json, null, 2)}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

async function measure(options: IdeBenchOptions): Promise<Result> {
  const bench = createIdeBench(options);
  const measured = new Map<PartName, Measured>();
  const failures: string[] = [];
  try {
    for (const name of options.parts) {
      bench.progress(name);
      try {
        measured.set(name, await parts[name](bench));
      } catch (error) {
        failures.push(`${name} was not measured: ${String(error)}`);
      }
    }
  } finally {
    await bench.close();
  }
  return { measured, failures };
}

function formatResult(
  { measured, failures }: Result,
  machine: Machine & { loadAtStart: string; loadAtEnd: string; seconds: number },
): string {
  const { cpu, cpus, memoryGb, system, node, loadAtStart, loadAtEnd, seconds } = machine;
  const all = [...measured.values()];
  return [
    `${cpu}, ${cpus} CPUs, ${memoryGb} GB, ${system}, Node ${node}`,
    `${seconds} s; load average ${loadAtStart} at the start, ${loadAtEnd} at the end`,
    '',
    ...all.map(formatMeasured),
    formatGoals(all.flatMap(({ goals }) => goals)),
    ...failures,
    '',
  ].join('\n');
}

// Leaving by `process.exit` ends every child by its pid and removes every temporary folder.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
setTimeout(() => {
  process.stderr.write(`Not done after ${limitMs / 60_000} minutes.\n`);
  process.exit(1);
}, limitMs).unref();

const options = parseOptions(process.argv.slice(2));
if (options === 'help') process.stdout.write(usage);
else await run(options);
