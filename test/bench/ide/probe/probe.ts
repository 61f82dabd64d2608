// A tiny extension of the benchmark's own. It is active before RelayCore is, in the same extension host,
// and measures that thread from inside: how late its event loop is, and how long RelayCore holds it up.
import Module from 'node:module';
import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands, workspace } from 'vscode';
import {
  portVariable,
  type LoopDelay,
  type ProbeAnswer,
  type ProbeQuestion,
  type StartupTimes,
  type Timed,
} from './messages.ts';

/** Node's own default: a stall of a second's hundredth part is one sample in a hundred. */
const resolutionMs = 10;

export function activate(): void {
  const socket = connect(Number(process.env[portVariable]), '127.0.0.1');
  // The benchmark has ended.
  socket.on('error', () => socket.destroy());
  const tell = (answer: ProbeAnswer): void => void socket.write(`${JSON.stringify(answer)}\n`);
  watchStartup(tell);
  answerQuestions(socket, tell);
  tell({ tell: 'ready', pid: process.pid });
}

function answerQuestions(socket: Socket, tell: (answer: ProbeAnswer) => void): void {
  let stop = (): LoopDelay | null => null;
  createInterface({ input: socket }).on('line', (line) => {
    const question = JSON.parse(line) as ProbeQuestion;
    switch (question.ask) {
      case 'start-loop-delay':
        stop = startLoopDelay();
        tell({ tell: 'counting' });
        break;
      case 'stop-loop-delay':
        tell({ tell: 'loop-delay', delay: stop() });
        break;
      case 'startup-report':
        void readStartupReport().then((text) => tell({ tell: 'startup-report', text }));
        break;
    }
  });
}

/** Counts until the returned function is called. */
function startLoopDelay(): () => LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  const before = performance.eventLoopUtilization();
  const startedAt = performance.now();
  const cpuBefore = threadCpuMs();
  histogram.enable();
  return () => {
    histogram.disable();
    return {
      p50: lateMs(histogram, 50),
      p99: lateMs(histogram, 99),
      max: lateMs(histogram, 100),
      busy: performance.eventLoopUtilization(before).utilization,
      cpu: (threadCpuMs() - cpuBefore) / (performance.now() - startedAt),
    };
  };
}

/** The histogram holds the time from one look to the next, the interval included. */
function lateMs(histogram: IntervalHistogram, percentile: number): number {
  return Math.max(0, histogram.percentile(percentile) / 1e6 - resolutionMs);
}

type Load = (request: string, ...others: unknown[]) => unknown;

interface ExtensionCode {
  activate(context: unknown): unknown;
}

/** Times the loading of both of RelayCore's files, and its `activate`. */
function watchStartup(tell: (answer: ProbeAnswer) => void): void {
  // What Node calls for every `require`.
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  let times: Partial<StartupTimes> = {};
  loader._load = function (this: unknown, request, ...others) {
    const run = (): unknown => load.call(this, request, ...others);
    if (/relaycore[^]*[\\/]extension\.cjs$/.test(request)) {
      const startedAt = performance.timeOrigin + performance.now();
      tell({ tell: 'starting', startedAt });
      const { value, timed } = timeOf(run);
      times = { ...times, startedAt, load: timed };
      return withTimedActivate(value as ExtensionCode, (activateTimed) => {
        times = { ...times, activate: activateTimed };
      });
    }
    if (/[\\/]core-code\.cjs$/.test(request)) {
      loader._load = load;
      const { value, timed } = timeOf(run);
      tell({ tell: 'startup', times: { ...times, loadCore: timed } as StartupTimes });
      return value;
    }
    return run();
  };
}

function withTimedActivate(code: ExtensionCode, onTimed: (timed: Timed) => void): ExtensionCode {
  return {
    ...code,
    activate(context) {
      const { value, timed } = timeOf(() => code.activate(context));
      onTimed(timed);
      return value;
    },
  };
}

function timeOf<Value>(work: () => Value): { value: Value; timed: Timed } {
  const startedAt = performance.now();
  const cpuBefore = threadCpuMs();
  const value = work();
  const cpuMs = threadCpuMs() - cpuBefore;
  return { value, timed: { ms: performance.now() - startedAt, cpuMs } };
}

/** Node tells it from 23.9 on. */
function threadCpuMs(): number {
  const { threadCpuUsage } = process as unknown as {
    threadCpuUsage?: () => { user: number; system: number };
  };
  if (threadCpuUsage === undefined) return Number.NaN;
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / 1000;
}

/** Opens the report as the command does; its text reaches extensions as any document's does. */
async function readStartupReport(): Promise<string> {
  await commands.executeCommand('perfview.show');
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const report = workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf');
    const text = report?.getText() ?? '';
    if (text.includes('relaycore.relaycore')) return text;
    await sleep(250);
  }
  return '';
}
