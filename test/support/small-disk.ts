// A file system of so many bytes, where this machine lets one be mounted (root, as a rule).

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onProcessExit } from './process-exit.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface SmallDisk {
  readonly path: string;
  /** Writes until nothing more fits. */
  fill(): void;
  /** Takes back what `fill` wrote. */
  free(): void;
  /** From now on nothing can be written, as on a medium that the system has set read-only. */
  unmount(): void;
}

/** Null where nothing may be mounted. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const folder = temporaryFolder('disk');
  const { path } = folder;
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path);
  } catch {
    folder.remove();
    return null;
  }
  const unmountNow = (): void => {
    execFileSync('/bin/umount', ['--lazy', path], { stdio: 'ignore' });
  };
  const forget = onProcessExit(unmountNow);
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: () => fillUp(ballast, megabytes),
    free: () => rmSync(ballast, { force: true }),
    unmount: () => {
      forget();
      unmountNow();
      folder.remove();
    },
  };
}

/** Whether this machine lets this user mount one. */
export function canMountSmallDisk(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const disk = mountSmallDisk(1);
  disk?.unmount();
  return disk !== null;
}

function mount(...args: readonly string[]): void {
  execFileSync('/bin/mount', args, { stdio: 'ignore' });
}

function fillUp(path: string, megabytes: number): void {
  try {
    writeFileSync(path, Buffer.alloc((megabytes + 1) * 1024 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
    throw error;
  }
  throw new Error('The disk is larger than it was made.');
}
