// How late the event loop of the extension host's main thread is: idle, and while 300 requests a second go
// through the proxy that the extension host runs.
import { setTimeout as sleep } from 'node:timers/promises';
import { startHelper, type HelperProcess } from '../../helper-process.ts';
import type { JobKind, JobResult } from '../../jobs/job.ts';
import type { Payload, Target } from '../../payloads.ts';
import { median } from '../../statistics.ts';
import type { IdeBench } from '../bench.ts';
import { formatMs, type Measured } from '../measured.ts';
import type { LoopDelay } from '../probe/messages.ts';
import { watchOthers } from '../quiet.ts';
import { clientKey, type ProbedWindow } from '../stage.ts';

/** Together 300 a second, each an open loop in a process of its own. */
const perSecond = 100;
const payloads: readonly Payload[] = [
  { kind: 'small', as: 'lookup' },
  { kind: 'stream', chunks: 20, intervalMs: 10 },
  { kind: 'small', as: 'hit' },
];

/** What an editor does behind its start. */
const settleMs = 8_000;
/** Compilers and pools of all threads; half of it would do. */
const warmUpMs = 4_000;

type Phase = 'idle' | 'load';

interface Sample extends LoopDelay {
  /** CPUs used by others' processes meanwhile. */
  readonly others: number;
  /** Requests that were answered with 200, a second; 0 when idle. */
  readonly perSecond: number;
  readonly errors: number;
}

interface Round {
  readonly idle: Sample;
  readonly load: Sample;
}

export async function measureEventLoop(bench: IdeBench): Promise<Measured> {
  const stage = await bench.stage();
  const window = await stage.openProbedWindow('event-loop');
  const editor = await window.opened;
  await editor.waitForMeter((text) => text.includes('$'));
  const { port } = new URL(stage.home.url);
  const load = await startLoad({
    port: Number(port),
    headers: { authorization: `Bearer ${clientKey}` },
  });
  try {
    await sleep(settleMs);
    await load.run(warmUpMs);
    const rounds: Round[] = [];
    for (let round = 0; round < bench.options.loopRounds; round += 1) {
      bench.progress(`  round ${round + 1} of ${bench.options.loopRounds}`);
      rounds.push(await takeRound(bench, window, load));
    }
    return report(rounds, bench.options.loopMs);
  } finally {
    await load.stop();
    await editor.close();
  }
}

async function takeRound(bench: IdeBench, window: ProbedWindow, load: Load): Promise<Round> {
  const durationMs = bench.options.loopMs;
  const none = { perSecond: 0, errors: 0 };
  const idle = await bench.quiet.measure(() => take(window, () => sleep(durationMs, none)));
  return { idle, load: await bench.quiet.measure(() => take(window, () => load.run(durationMs))) };
}

async function take(
  { probe }: ProbedWindow,
  work: () => Promise<{ perSecond: number; errors: number }>,
): Promise<Sample> {
  await probe.ask({ ask: 'start-loop-delay' }, 'counting');
  const others = watchOthers();
  const sent = await work();
  const used = others();
  const { delay } = await probe.ask({ ask: 'stop-loop-delay' }, 'loop-delay');
  if (delay === null) throw new Error('The probe was not counting.');
  return { ...delay, ...sent, others: used };
}

interface Load {
  run(durationMs: number): Promise<{ perSecond: number; errors: number }>;
  stop(): Promise<void>;
}

async function startLoad(target: Target): Promise<Load> {
  const helpers = await Promise.all(payloads.map(() => startHelper('load.ts', [])));
  let firstCounter = 0;
  const send = async (helper: HelperProcess, payload: Payload, durationMs: number) => {
    const job: JobKind = { kind: 'open', payload, perSecond, durationMs };
    const answer = await helper.ask({ ...job, target, firstCounter }, durationMs + 30_000);
    if (answer['error'] !== undefined) throw new Error(JSON.stringify(answer['error']));
    return answer['result'] as JobResult;
  };
  return {
    async run(durationMs) {
      // Counters never repeat, so that what is meant to miss does miss.
      firstCounter += 10_000_000;
      const results = await Promise.all(
        payloads.map((payload, index) =>
          send(helpers[index] as HelperProcess, payload, durationMs),
        ),
      );
      const sum = (value: (result: JobResult) => number): number =>
        results.reduce((total, result) => total + value(result), 0);
      return {
        perSecond: sum(
          ({ requests = 0, errors = 0, seconds = 0 }) => (requests - errors) / seconds,
        ),
        errors: sum(({ errors = 0 }) => errors),
      };
    },
    async stop() {
      await Promise.all(helpers.map((helper) => helper.stop()));
    },
  };
}

const lines: readonly (readonly [string, keyof Sample, number])[] = [
  ['event-loop delay p50, ms', 'p50', 1],
  ['event-loop delay p99, ms', 'p99', 1],
  ['event-loop delay max, ms', 'max', 1],
  ['thread not waiting, %', 'busy', 100],
  ['CPU of the thread, %', 'cpu', 100],
];

function report(rounds: readonly Round[], durationMs: number): Measured {
  const of = (phase: Phase, key: keyof Sample): number[] =>
    rounds.map((round) => round[phase][key]);
  const added = (key: keyof Sample): number =>
    median(rounds.map(({ idle, load }) => load[key] - idle[key]));
  const rows = lines.map(([label, key, factor]) => ({
    label,
    cells: [median(of('idle', key)), median(of('load', key)), added(key)].map((value) =>
      formatMs(value * factor),
    ),
  }));
  const meanwhile = (['perSecond', 'errors', 'others'] as const).map((key) => ({
    label: {
      perSecond: 'answered a second, until the last stream ended',
      errors: 'errors',
      others: 'CPUs of others',
    }[key],
    cells: [formatMs(median(of('idle', key))), formatMs(median(of('load', key)))],
  }));
  const p99s = rounds.map(({ idle, load }) => `${formatMs(idle.p99)} → ${formatMs(load.p99)}`);
  return {
    title: `Main thread of the extension host, idle and at ${payloads.length * perSecond} requests a second (a third plain, a third streamed, a third hits)`,
    columns: ['idle', 'load', 'added'],
    rows: [...rows, ...meanwhile],
    goals: [
      { title: 'event-loop delay p99 above idle', value: added('p99'), limit: 10, unit: 'ms' },
    ],
    notes: [
      `Medians of ${rounds.length} rounds of ${durationMs / 1000} s idle and as long under load; p99 of each: ${p99s.join(', ')}.`,
    ],
    values: rounds,
  };
}
