import { watch, type FSWatcher } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export interface FileWatcherOptions {
  readonly path: string;
  /** How often the file is looked at where the system reports nothing: network drives, containers. */
  readonly pollIntervalMs: number;
  /** How long a file must stay as it is before it counts as changed. */
  readonly settleMs: number;
}

export interface FileWatcher {
  /** After it nothing is reported. */
  close(): void;
}

// Editors empty a file before they write it, and some move it away first: such a state is given
// more time than others.
const emptySettleMs = 250;

/**
 * Calls back some moments after the file at `path` changed, appeared or went, however that
 * happened: written in place, replaced by rename, behind a symbolic link. The callback gets no
 * news while the file stays as it is; it may come once too often.
 */
export function watchFile(options: FileWatcherOptions, onChange: () => void): FileWatcher {
  return new PollingFileWatcher(options, onChange);
}

class PollingFileWatcher implements FileWatcher {
  readonly #options: FileWatcherOptions;
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #poll: NodeJS.Timeout;
  #settling: NodeJS.Timeout | null = null;
  #seen: string | null = null;
  // What stands there at first is reported too: it may have changed since it was last read.
  #reported: string | null = null;
  #isClosed = false;

  constructor(options: FileWatcherOptions, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
    this.#poll = setInterval(() => void this.#look(), options.pollIntervalMs);
    this.#poll.unref();
    void this.#look();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#poll);
    if (this.#settling !== null) clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  /** Whether the file is still as it was at the last look. */
  async #look(): Promise<boolean> {
    const [state] = await Promise.all([stateOf(this.#options.path), this.#watchFolders()]);
    if (this.#isClosed || state === this.#seen) return true;
    this.#seen = state;
    if (this.#settling !== null) clearTimeout(this.#settling);
    const isEmpty = state === 'absent' || state.startsWith('0:');
    const settleMs = isEmpty ? emptySettleMs : this.#options.settleMs;
    this.#settling = setTimeout(() => void this.#settle(), settleMs);
    this.#settling.unref();
    return false;
  }

  async #settle(): Promise<void> {
    const hasSettled = await this.#look();
    if (this.#isClosed || !hasSettled || this.#seen === this.#reported) return;
    this.#reported = this.#seen;
    this.#onChange();
  }

  /** The folder of the file and, where it is a link, that of its target. */
  async #watchFolders(): Promise<void> {
    const { path } = this.#options;
    const target = await realpath(path).catch(() => path);
    for (const each of new Set([path, target])) {
      const folder = dirname(each);
      if (this.#isClosed || this.#watchers.has(folder)) continue;
      this.#watchFolder(folder, basename(each));
    }
  }

  #watchFolder(folder: string, name: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, changed) => {
        // The data folder sees much writing that is none of our business.
        if (changed === null || changed === name) void this.#look();
      });
      // The folder went, or the system has no watches left: looking every so often remains.
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch {
      // The same; it is tried again at the next look.
    }
  }
}

/** Changes whenever the file does: also when a copy with an old time stamp takes its place. */
async function stateOf(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
    return `${size}:${mtimeNs}:${ctimeNs}:${ino}`;
  } catch {
    return 'absent';
  }
}
