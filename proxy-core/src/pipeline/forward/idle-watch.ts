// Watches over silence, since undici's own time-outs would end long thinking: one coarse timer for
// all attempts, because a timer a request is measurable.
import type { Clock } from '../../platform/clock/clock.ts';

export interface Watched {
  /** Its place in the watch, which alone writes it; -1 outside. */
  watchIndex: number;
  /** Monotonic milliseconds of the last sign of life. */
  readonly lastActivityTick: number;
  /** Held back by its reader: silence is then not the provider's. */
  readonly isHeldBack: boolean;
  onIdle(): void;
  /** Called on every round, with the silence so far in milliseconds. */
  onRound(silentMs: number): void;
}

export interface IdleWatch {
  add(watched: Watched): void;
  remove(watched: Watched): void;
  readonly size: number;
  close(): void;
}

export interface IdleWatchOptions {
  readonly roundMs: number;
  idleTimeoutMs(): number;
}

export function createIdleWatch(clock: Clock, options: IdleWatchOptions): IdleWatch {
  // An array with swapped removal. A Set that is added to and deleted from at every request leaves a
  // chain of dead tables, each keeping its requests alive until the next full collection.
  const all: Watched[] = [];
  const stop = clock.every(options.roundMs, () => {
    const now = clock.tick();
    // A copy, because who is idle leaves.
    for (const watched of [...all]) {
      if (watched.isHeldBack) continue;
      const silentMs = now - watched.lastActivityTick;
      if (silentMs > options.idleTimeoutMs()) watched.onIdle();
      else watched.onRound(silentMs);
    }
  });
  return {
    add(watched) {
      watched.watchIndex = all.length;
      all.push(watched);
    },
    remove(watched) {
      const { watchIndex } = watched;
      if (watchIndex < 0) return;
      watched.watchIndex = -1;
      const last = all.pop();
      if (last === undefined || last === watched) return;
      all[watchIndex] = last;
      last.watchIndex = watchIndex;
    },
    get size() {
      return all.length;
    },
    close: stop,
  };
}
