// What another process holds in memory, where the system tells (Linux).

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface ProcessMemory {
  /** Resident now, bytes. */
  readonly now: number;
  /** The most that was resident since the start, or since `resetPeak`, bytes. */
  readonly peak: number;
}

/** Null where the system does not tell. */
export function readProcessMemory(pid: number): ProcessMemory | null {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  const read = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** The peak counts anew from here on. */
export function resetPeakMemory(pid: number): void {
  const path = `/proc/${pid}/clear_refs`;
  if (existsSync(path)) writeFileSync(path, '5');
}
