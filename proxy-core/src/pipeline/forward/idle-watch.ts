// Watches over silence, since undici's own time-outs would end long thinking: one coarse timer for
// all attempts, because a timer a request is measurable.
import type { Clock } from '../../platform/clock/clock.ts';

export interface Watched {
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
  const all = new Set<Watched>();
  const stop = clock.every(options.roundMs, () => {
    const now = clock.tick();
    for (const watched of all) {
      if (watched.isHeldBack) continue;
      const silentMs = now - watched.lastActivityTick;
      if (silentMs > options.idleTimeoutMs()) watched.onIdle();
      else watched.onRound(silentMs);
    }
  });
  return {
    add: (watched) => void all.add(watched),
    remove: (watched) => void all.delete(watched),
    get size() {
      return all.size;
    },
    close: stop,
  };
}
