// `npm run bench`: RelayCore against a bare pass-through, another gateway and no gateway at all. A benchmark, not a
// test: it judges and prints, and fails only when it cannot run.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { startBench, type Bench } from './bench.ts';
import { choosePinning, describeMachine } from './machine.ts';
import { parseOptions, usage, type BenchOptions } from './options.ts';
import { formatReport, reportAsJson, type ScenarioResult } from './report.ts';
import { scenarios } from './scenarios/registry.ts';

async function run(options: BenchOptions): Promise<void> {
  const startedAt = performance.now();
  const pinning = choosePinning();
  const machine = describeMachine(pinning);
  const bench = await startBench(options, pinning);
  try {
    await warmUp(bench);
    const results = await runScenarios(bench);
    const seconds = (performance.now() - startedAt) / 1000;
    const report = { machine, isQuick: options.isQuick, seconds, results, notes: bench.notes };
    mkdirSync(dirname(options.jsonFile), { recursive: true });
    writeFileSync(options.jsonFile, `${JSON.stringify(reportAsJson(report), null, 2)}\n`);
    process.stdout.write(formatReport(report));
    bench.progress(`Numbers of every round: ${options.jsonFile}`);
  } finally {
    await bench.stop();
  }
}

/** Compilers and pools of every peer: what a first minute of real use would have done. */
async function warmUp(bench: Bench): Promise<void> {
  const durationMs = bench.pick(2_000, 600);
  for (const peer of bench.peers) {
    bench.progress(`warming up ${peer.name} ${peer.version}`);
    const payload = { kind: 'small', as: 'lookup' } as const;
    await bench.measure(peer, { kind: 'closed', payload, connections: 16, durationMs });
    const streams = { connections: 16, chunks: 20, intervalMs: 0 };
    await bench.measure(peer, { kind: 'streams', ...streams, durationMs: durationMs / 4 });
  }
}

async function runScenarios(bench: Bench): Promise<ScenarioResult[]> {
  const { only } = bench.options;
  const chosen = scenarios.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  const results: ScenarioResult[] = [];
  for (const scenario of chosen) {
    bench.progress(`${scenario.name}: ${scenario.title}`);
    try {
      results.push({ scenario, samples: await scenario.run(bench) });
    } catch (error) {
      bench.notes.push(`${scenario.name} was not measured: ${String(error)}`);
    }
  }
  return results;
}

// Leaving by `process.exit` ends every child by its pid and removes every temporary folder.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const options = parseOptions(process.argv.slice(2));
if (options === 'help') process.stdout.write(usage);
else if (options === 'list')
  process.stdout.write(scenarios.map(({ name }) => `${name}\n`).join(''));
else await run(options);
