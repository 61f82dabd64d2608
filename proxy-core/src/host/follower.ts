// Following a leader: watches it, keeps the standby ready, and asks an older leader for the lead.
import type { Instance } from '../contract/instance.ts';
import { compareVersions } from '../platform/compare-versions.ts';
import type { Logger } from '../platform/logger/logger.ts';
import { readControlToken } from './control-token.ts';
import type { CoreTiming } from './core-timing.ts';
import type { CoreWorkers } from './core-workers.ts';
import type { DataHome } from './data-home.ts';
import { watchLeader } from './leader-watch.ts';
import { Standby } from './standby.ts';

/** A standby looks this often for as long, then like the others. */
const eager = { pauseMs: 10, forMs: 1500 } as const;
const pauseMs = 100;
/** With a leader that hangs. */
const latePauseMs = 500;
const lateAfterMs = 5000;

export interface FollowerOptions {
  readonly home: DataHome;
  readonly version: string;
  readonly logger: Logger;
  readonly timing: CoreTiming;
  /** False: it never leads in this process, so that it needs no standby. */
  readonly canLead: boolean;
  createWorkers(): CoreWorkers;
  askToYield(leader: Instance): Promise<boolean>;
}

export interface FollowListener {
  readonly signal: AbortSignal;
  /** Once at the beginning, and when it changes. */
  onStandby(isStandby: boolean): void;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #standby: Standby;
  /** When the leader was lost; null before the first one, and while it is there. */
  #lostAt: number | null = null;
  /** The epoch of the leader that has promised to hand over to this process. */
  #promisedBy: string | null = null;

  constructor(options: FollowerOptions) {
    this.#options = options;
    const { home, logger, timing } = options;
    this.#standby = new Standby({
      dataDir: home.dir,
      warmAfterMs: timing.warmAfterMs,
      logger,
      createWorkers: () => options.createWorkers(),
    });
  }

  /** Whether it is this process's turn to try for the lead; the standby and who was promised come first. */
  mayTryLead(now: number): boolean {
    if (this.#lostAt === null || this.#comesFirst) return true;
    return now - this.#lostAt >= this.#options.timing.standbyFirstMs;
  }

  /** How long to wait until the next look for a leader. */
  pauseMs(now: number): number {
    if (this.#lostAt === null) return pauseMs;
    const lostForMs = now - this.#lostAt;
    if (this.#comesFirst && lostForMs < eager.forMs) return eager.pauseMs;
    return lostForMs > lateAfterMs ? latePauseMs : pauseMs;
  }

  /** Resolves when the leader does not answer any more, or the signal is aborted. */
  async follow(leader: Instance, listener: FollowListener): Promise<void> {
    this.#lostAt = null;
    if (this.#promisedBy !== leader.epoch) this.#promisedBy = null;
    const controlToken = await readControlToken(this.#options.home.dir);
    if (controlToken !== null) await this.#watch(leader, controlToken, listener);
    this.#lostAt = performance.now();
  }

  /** The warm workers, for the process leads now; null where there are none. */
  handOver(): CoreWorkers | null {
    this.#lostAt = null;
    this.#promisedBy = null;
    return this.#standby.handOver();
  }

  close(): Promise<void> {
    return this.#standby.close();
  }

  get #comesFirst(): boolean {
    return this.#standby.isStandby || this.#promisedBy !== null;
  }

  async #watch(leader: Instance, controlToken: string, listener: FollowListener): Promise<void> {
    const { watchIntervalMs: intervalMs, watchTimeoutMs: timeoutMs } = this.#options.timing;
    const watch = watchLeader({ url: leader.url, controlToken, intervalMs, timeoutMs });
    const ended = Promise.withResolvers<void>();
    const onAbort = (): void => ended.resolve();
    listener.signal.addEventListener('abort', onAbort, { once: true });
    if (listener.signal.aborted) onAbort();
    void watch.lost.then(onAbort, onAbort);
    let isAttending = false;
    const attend = async (): Promise<void> => {
      if (isAttending) return;
      isAttending = true;
      try {
        await this.#attend(leader, listener);
      } finally {
        isAttending = false;
      }
    };
    const timer = setInterval(() => void attend(), intervalMs);
    try {
      // Not waited for: an answer may take long, and the leader's end has to be noticed at once.
      void attend();
      await ended.promise;
    } finally {
      clearInterval(timer);
      listener.signal.removeEventListener('abort', onAbort);
      watch.close();
    }
  }

  async #attend(leader: Instance, { signal, onStandby }: FollowListener): Promise<void> {
    const isStandby = this.#options.canLead && (await this.#standby.tryBecome());
    if (signal.aborted || this.#lostAt !== null) return;
    onStandby(isStandby);
    await this.#askForLead(leader);
  }

  /** Again and again, since the leader forgets who does not. */
  async #askForLead(leader: Instance): Promise<void> {
    const { canLead, version, logger } = this.#options;
    if (!canLead || compareVersions(version, leader.version) <= 0) return;
    try {
      if (!(await this.#options.askToYield(leader))) return;
      this.#promisedBy = leader.epoch;
      this.#standby.warmUp();
    } catch (error) {
      logger.debug({ error }, 'the older leader cannot be asked for the lead');
    }
  }
}
