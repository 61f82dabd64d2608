import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lets the calling thread give way to others of this process where they want the same processor.
 * Linux alone has priorities of single threads; elsewhere nothing happens.
 *
 * @param nice 0 (as usual) to 19 (last)
 */
export function lowerOwnPriority(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    // "PID/task/TID": the only place where Node tells a thread its own number.
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, nice);
  } catch {
    // A container without /proc or with a stricter policy: the thread stays as it is.
  }
}
