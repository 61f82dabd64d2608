import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lets the calling thread give way to others of this process where they want the same processor.
 * Linux alone has priorities of single threads; elsewhere nothing happens.
 *
 * @param nice 0 (as usual) to 19 (last)
 */
export function lowerOwnPriority(nice: number): void {
  // "PID/task/TID": the only place where Node tells a thread its own number.
  onLinux(() => setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), nice));
}

/**
 * The same for the threads on which V8 collects garbage and compiles. There are four of them even for
 * one processor, where together they kept streams waiting for 20 ms at a time. They are the whole
 * process's, so that only a process of our own may do this.
 */
export function lowerPriorityOfV8Workers(nice: number): void {
  onLinux(() => {
    for (const thread of readdirSync('/proc/self/task')) {
      const name = readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
      if (name === 'V8Worker') setPriority(Number(thread), nice);
    }
  });
}

function onLinux(action: () => void): void {
  if (process.platform !== 'linux') return;
  try {
    action();
  } catch {
    // A container without /proc or with a stricter policy: the threads stay as they are.
  }
}
