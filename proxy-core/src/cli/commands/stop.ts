import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../../contract/instance.ts';
import { findCore, requireCore } from '../access/running-core.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';

/** Over the longest time that a core with the default settings takes to end. */
const patienceMs = 20_000;
const pauseMs = 50;

export const stop: CliCommand = {
  name: 'stop',
  summary: 'End the core that `serve` started, once running answers are through',
  examples: ['stop', 'stop --data-dir ./data'],
  define(command, context) {
    command.action(async (options: CommonOptions) => {
      const { output } = context;
      const dataDir = context.dataHome(options);
      const { instance } = await requireCore(dataDir);
      refuseForeign(instance);
      process.kill(instance.pid, 'SIGTERM');
      const successor = await untilGone(dataDir, instance);
      const { pid } = instance;
      if (options.json) output.json({ stopped: pid, successor: successor?.pid ?? null });
      else output.line(describe(pid, successor));
    });
  },
};

/** An IDE's core ends with the IDE: ending its process would end the user's extensions with it. */
function refuseForeign({ pid, host, hostname: where }: Instance): void {
  if (host.kind !== 'headless') {
    throw new CommandFailure(
      `The core runs inside ${host.name} (process ${pid}). Close its windows, or restart the proxy there.`,
    );
  }
  if (where === hostname()) return;
  throw new CommandFailure(`The core runs on ${where}. Stop it there.`);
}

/** Whoever leads after it; null where nobody does. */
async function untilGone(dataDir: string, { pid, epoch }: Instance): Promise<Instance | null> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    if (!isAlive(pid)) return (await findCore(dataDir))?.instance ?? null;
    if (performance.now() > deadline) {
      throw new CommandFailure(
        `Process ${pid} was told to stop and has not ended in ${patienceMs / 1000} seconds. It may wait for an answer that runs; end it with: kill -9 ${pid}`,
      );
    }
    const core = await findCore(dataDir).catch(() => null);
    if (core !== null && core.instance.epoch !== epoch) return core.instance;
    await sleep(pauseMs);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function describe(pid: number, successor: Instance | null): string {
  const stopped = `RelayCore has stopped (process ${pid}).`;
  if (successor === null) return stopped;
  return `${stopped} ${successor.host.name} (process ${successor.pid}) has taken over at ${successor.url}.`;
}
