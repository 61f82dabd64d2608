// What a start of the editor pays for the extension: the main thread's time, and how soon the port serves.
import { untilServed } from '../../../chaos/core-group.ts';
import { until } from '../../../support/until.ts';
import { median } from '../../statistics.ts';
import type { IdeBench } from '../bench.ts';
import { formatMs, type Measured, type Row } from '../measured.ts';
import type { StartupTimes } from '../probe/messages.ts';
import { watchOthers } from '../quiet.ts';
import type { Stage } from '../stage.ts';
import { readStartupReport, type ReportedTimes } from '../startup-report.ts';

const startTimeoutMs = 90_000;

interface Start {
  readonly times: StartupTimes;
  /** As VS Code reports it; whole milliseconds. */
  readonly reported: ReportedTimes;
  /** From the first line of the extension until the proxy answers. */
  readonly servedMs: number;
  readonly others: number;
}

export async function measureActivation(bench: IdeBench): Promise<Measured> {
  const stage = await bench.stage();
  const starts: Start[] = [];
  const count = bench.options.starts;
  for (let index = 0; index < count; index += 1) {
    bench.progress(`  start ${index + 1} of ${count}`);
    starts.push(await bench.quiet.measure(() => startOnce(stage)));
  }
  return report(starts);
}

async function startOnce(stage: Stage): Promise<Start> {
  await until('the end of the core before', async () => !(await stage.home.isServed()), 20_000);
  const { probe, opened } = await stage.openProbedWindow('activation');
  const { startedAt } = await probe.told('starting', startTimeoutMs);
  const others = watchOthers();
  await untilServed(stage.home.url);
  const servedMs = performance.timeOrigin + performance.now() - startedAt;
  const used = others();
  const { times } = await probe.told('startup', startTimeoutMs);
  const window = await opened;
  const { text } = await probe.ask({ ask: 'startup-report' }, 'startup-report', 30_000);
  await window.close();
  return { times, servedMs, reported: readStartupReport(text), others: used };
}

function report(starts: readonly Start[]): Measured {
  const row = (label: string, value: (start: Start) => number): Row => {
    const values = starts.map(value);
    const cells = [median(values), Math.min(...values), Math.max(...values)].map(formatMs);
    return { label, cells };
  };
  const own = ({ times }: Start): number => times.load.ms + times.activate.ms;
  const ownCpu = ({ times }: Start): number => times.load.cpuMs + times.activate.cpuMs;
  const told = ({ reported }: Start): number => reported.loadMs + reported.activateMs;
  return {
    title: `Start of the extension in VS Code, ${starts.length} starts`,
    columns: ['median', 'least', 'most'],
    rows: [
      row('activation on the main thread, ms', own),
      row('  loading extension.cjs', ({ times }) => times.load.ms),
      row('  activate()', ({ times }) => times.activate.ms),
      row('  CPU of both', ownCpu),
      row('as VS Code reports it, load and call, ms', told),
      row('  until activate() has settled', ({ reported }) => reported.settleMs),
      row('loading the core behind it, ms', ({ times }) => times.loadCore.ms),
      row('  CPU', ({ times }) => times.loadCore.cpuMs),
      row('until the port serves, ms', ({ servedMs }) => servedMs),
      row('CPUs of others', ({ others }) => others),
    ],
    goals: [
      {
        title: 'activation on the main thread',
        value: median(starts.map(own)),
        limit: 50,
        unit: 'ms',
      },
    ],
    notes: [
      'From the first line of extension.cjs on; the window itself takes seconds before that.',
    ],
    values: starts,
  };
}
