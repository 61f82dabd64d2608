// The follower that is ready: the first one that attached holds the lock on `standby.db` and keeps both
// workers started, with their modules loaded, so that it serves a moment after the leader is gone.
import type { Logger } from '../platform/logger/logger.ts';
import type { CoreWorkers } from './core-workers.ts';
import { tryLock, type LeaderLock } from './leader-lock.ts';

export interface StandbyOptions {
  readonly dataDir: string;
  /** From becoming the standby to starting workers: a window that opens has better things to do. */
  readonly warmAfterMs: number;
  readonly logger: Logger;
  createWorkers(): CoreWorkers;
}

export class Standby {
  readonly #options: StandbyOptions;
  #lock: LeaderLock | null = null;
  #workers: CoreWorkers | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Raised when what was begun before does not count any more. */
  #round = 0;

  constructor(options: StandbyOptions) {
    this.#options = options;
  }

  get isStandby(): boolean {
    return this.#lock !== null;
  }

  /** Whether this process is the standby now. */
  async tryBecome(): Promise<boolean> {
    if (this.#lock !== null) return true;
    const round = this.#round;
    const attempt = await tryLock(this.#options.dataDir, 'standby');
    if (attempt.kind !== 'acquired') return false;
    if (round !== this.#round) {
      attempt.lock.release();
      return false;
    }
    this.#lock = attempt.lock;
    this.#timer = setTimeout(() => this.warmUp(), this.#options.warmAfterMs);
    this.#timer.unref();
    return true;
  }

  /** Starts the workers now; also for a follower that is about to be given the lead. */
  warmUp(): void {
    if (this.#workers !== null) return;
    const workers = this.#options.createWorkers();
    this.#workers = workers;
    void this.#warm(workers);
  }

  /** For whoever leads now: the warm workers, where there are any. Another follower may be the standby. */
  handOver(): CoreWorkers | null {
    const workers = this.#workers;
    this.#workers = null;
    this.#release();
    return workers;
  }

  async close(): Promise<void> {
    const workers = this.handOver();
    await workers?.terminate();
  }

  async #warm(workers: CoreWorkers): Promise<void> {
    await workers.warmUp();
    if (this.#workers === workers) this.#options.logger.info('this core is ready to take over');
  }

  #release(): void {
    this.#round += 1;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#lock?.release();
    this.#lock = null;
  }
}
