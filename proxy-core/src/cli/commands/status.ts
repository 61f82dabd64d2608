import { healthSchema, type Health } from '../../contract/control.ts';
import type { Instance } from '../../contract/instance.ts';
import { callCore } from '../access/call-core.ts';
import { findCore, notRunning } from '../access/running-core.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration, formatNumberOf } from '../output/format-values.ts';
import type { Output } from '../output/output.ts';

export const status: CliCommand = {
  name: 'status',
  summary: 'Say whether a core runs, where, and how it is; ends with 3 where none does',
  examples: ['status', 'status --json'],
  define(command, context) {
    command.action(async (options: CommonOptions) => {
      const { output, end } = context;
      const dataDir = context.dataHome(options);
      const core = await findCore(dataDir);
      if (core === null) {
        if (!options.json) throw notRunning(dataDir);
        output.json({ running: false, dataDir });
        return end(exitCodes.notRunning);
      }
      const { instance } = core;
      const health = await callCore(core, { method: 'GET', path: '/health', answer: healthSchema });
      const { url, host } = instance;
      if (options.json) output.json({ running: true, url, dataDir, host, ...health });
      else print(output, { dataDir, instance, health });
    });
  },
};

interface Known {
  readonly dataDir: string;
  readonly instance: Instance;
  readonly health: Health;
}

function print(output: Output, { dataDir, instance, health }: Known): void {
  const { requests, upstream } = health.inFlight;
  output.title(
    `RelayCore ${health.version} is running${health.status === 'ok' ? '' : ', degraded'}.`,
  );
  output.facts([
    ['Address', instance.url],
    ['Process', `${health.pid} (${instance.host.name})`],
    ['Up for', formatDuration(health.uptimeSeconds)],
    ['Data folder', dataDir],
    [
      'In flight',
      `${formatNumberOf(requests, 'request')}, ${formatCount(upstream)} of them upstream`,
    ],
  ]);
  for (const notice of health.notices) {
    const [first, ...further] = notice.split('\n');
    output.line(`! ${first}`);
    for (const line of further) output.line(`    ${line}`);
  }
  if (health.providers.length === 0) return;
  output.line('');
  output.table(
    [
      { title: 'Provider' },
      { title: 'Status' },
      { title: 'Circuit' },
      { title: 'First byte', align: 'right' },
    ],
    health.providers.map(({ id, status: state, circuit, latencyMs }) => [
      id,
      state,
      circuit,
      latencyMs === null ? '-' : `${Math.round(latencyMs)} ms`,
    ]),
  );
}
