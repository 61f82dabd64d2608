// What the numbers were measured on, and how the processes are kept apart.

import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly pinning: string;
  readonly loadAverageAtStart: number;
}

/** Commands to put in front of a process. */
export interface Pinning {
  readonly gateway: readonly string[];
  readonly rest: readonly string[];
  readonly description: string;
}

/** The gateway on CPU 0, everything else, this process included, on CPU 1; nothing where that cannot be. */
export function choosePinning(): Pinning {
  if (cpus().length < 2) return unpinned('one CPU only');
  try {
    execFileSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' });
  } catch {
    return unpinned('no taskset');
  }
  return {
    gateway: ['taskset', '-c', '0'],
    rest: ['taskset', '-c', '1'],
    description: 'gateway on CPU 0; load, upstream and this process on CPU 1',
  };
}

function unpinned(reason: string): Pinning {
  return { gateway: [], rest: [], description: `not pinned (${reason}): expect more noise` };
}

export function describeMachine(pinning: Pinning): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    pinning: pinning.description,
    loadAverageAtStart: loadavg()[0] ?? Number.NaN,
  };
}
