// How a running core is, through its control plane, and what it has logged.
import type { Health } from '../../proxy-core/src/contract/control.ts';
import type { JsonBody } from './builders.ts';
import type { RunningCore } from './run-core.ts';
import { until } from './until.ts';

export async function healthOf(core: RunningCore): Promise<Health> {
  const response = await fetch(`${core.url}/health`, {
    headers: { authorization: `Bearer ${core.controlToken}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Health;
}

/** The first health with a notice that matches. */
export function healthWithNotice(
  core: RunningCore,
  pattern: RegExp,
  timeoutMs = 5_000,
): Promise<Health> {
  return healthWhere(core, ({ notices }) => notices.some((text) => pattern.test(text)), timeoutMs);
}

/** The first health without any notice. */
export function healthyAgain(core: RunningCore, timeoutMs = 5_000): Promise<Health> {
  return healthWhere(
    core,
    ({ status, notices }) => status === 'ok' && notices.length === 0,
    timeoutMs,
  );
}

/** The first health of that kind; what it was instead stands in the error. */
export async function healthWhere(
  core: RunningCore,
  isMeant: (health: Health) => boolean,
  timeoutMs = 5_000,
): Promise<Health> {
  let last: Health | undefined;
  const look = async (): Promise<Health | null> => {
    last = await healthOf(core);
    return isMeant(last) ? last : null;
  };
  try {
    return await until('the awaited health', look, timeoutMs);
  } catch (error) {
    throw new Error(`the health is ${JSON.stringify(last)}`, { cause: error });
  }
}

/** A line of the log that is not blank, parsed; every one has to be JSON. */
export function logLines(text: string): JsonBody[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonBody);
}
