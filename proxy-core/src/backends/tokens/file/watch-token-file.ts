import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

export interface FileWatch {
  close(): void;
}

/**
 * Calls back when the file may have changed: at once where the system tells, and every `pollMs` in
 * any case, because not every file system does and watches can run out. Keeps no process alive.
 */
export function watchTokenFile(
  path: string,
  mayHaveChanged: () => void,
  options: { readonly pollMs: number },
): FileWatch {
  const timer = setInterval(mayHaveChanged, options.pollMs);
  timer.unref();
  const watcher = watchFolder(path, mayHaveChanged);
  return {
    close() {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

// The folder, not the file: a replaced file is a new one, which a watch of the old one never sees.
function watchFolder(path: string, mayHaveChanged: () => void): FSWatcher | null {
  const name = basename(path);
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) mayHaveChanged();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
