import { hostname } from 'node:os';
import type { Instance } from '@relaycore/proxy-core/contract/instance';
import { readControlToken, readInstance } from './data-home-files.ts';
import { proveCore } from './prove-core.ts';

export type CoreSearch =
  | { readonly kind: 'running'; readonly instance: Instance; readonly controlToken: string }
  | { readonly kind: 'absent' }
  /** Its process lives, or may live, and does not prove itself: hung, suspended, or not ours. */
  | { readonly kind: 'unproven'; readonly instance: Instance; readonly reason: string };

/** Looks for the core of a data home and has it prove itself before any token is sent. Never rejects. */
export async function findCore(dataDir: string, signal: AbortSignal): Promise<CoreSearch> {
  const instance = await readInstance(dataDir);
  // One that has handed over is not it any more; its successor writes the file anew.
  const hasYielded = instance?.yieldsTo !== undefined;
  if (instance === null || hasYielded || isOver(instance)) return { kind: 'absent' };
  const controlToken = await readControlToken(dataDir);
  if (controlToken === null) {
    const reason = `Its control token in ${dataDir} cannot be read by this user.`;
    return { kind: 'unproven', instance, reason };
  }
  switch (await proveCore(instance.url, controlToken, signal)) {
    case 'proven':
      return { kind: 'running', instance, controlToken };
    case 'other':
      return { kind: 'unproven', instance, reason: `What answers at ${instance.url} is not it.` };
    case 'silent':
      return { kind: 'unproven', instance, reason: `It does not answer at ${instance.url}.` };
  }
}

/** A pid of before the last boot may live again, but what has it does not prove itself. */
function isOver(instance: Instance): boolean {
  // On another machine, or in another container, the pid says nothing.
  return instance.hostname === hostname() && !isAlive(instance.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
