// CPU and memory of another process, from /proc. Everything is NaN where there is no /proc.

import { readFileSync } from 'node:fs';

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds, user and system, of all threads of a process and of its children. */
export function cpuSeconds(pid: number): number {
  try {
    const own = ownCpuTicks(pid) / ticksPerSecond;
    return childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), own);
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process and of its children, in MB (10^6 bytes). */
export function residentMb(pid: number): number {
  try {
    const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const own = (Number(kb) * 1024) / 1e6;
    return childrenOf(pid).reduce((sum, child) => sum + residentMb(child), own);
  } catch {
    return Number.NaN;
  }
}

/** CPU seconds of the whole machine, all CPUs, interrupts and time stolen by a hypervisor included. */
export function machineCpuSeconds(): number {
  try {
    const [user, nice, system, , , ...interruptsAndSteal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)
      .join('')
      .split(/\s+/)
      .slice(1, 9)
      .map(Number);
    const ticks = [user, nice, system, ...interruptsAndSteal];
    return ticks.reduce<number>((sum, one) => sum + (one ?? 0), 0) / ticksPerSecond;
  } catch {
    return Number.NaN;
  }
}

function ownCpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name stands in parentheses and may hold anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
