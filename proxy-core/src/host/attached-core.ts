import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../platform/logger/logger.ts';
import { tryLeaderLock, type LeaderLock } from './leader-lock.ts';
import type { LeadingCore } from './leading-core.ts';

export const attachedPollMs = 500;

export interface AttachedCoreOptions {
  readonly dataDir: string;
  readonly pollMs: number;
  readonly logger: Logger;
  /** Starts leading in this process; gives the lock back where that fails. */
  lead(lock: LeaderLock): Promise<LeadingCore>;
}

/**
 * Waits beside a leading core and takes the lead when that one goes, however it goes: the lock tells.
 * Where it cannot lead then, `ended` rejects with why.
 */
export class AttachedCore {
  readonly #options: AttachedCoreOptions;
  readonly #stopping = new AbortController();
  #leading: LeadingCore | null = null;
  #following: Promise<void> | null = null;

  constructor(options: AttachedCoreOptions) {
    this.#options = options;
  }

  get isLeading(): boolean {
    return this.#leading !== null;
  }

  /** Rejects with a RelayError when this process should lead and cannot; resolves when it leads or is closed. */
  follow(): Promise<void> {
    this.#following ??= this.#followLeader();
    return this.#following;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#following?.catch(() => undefined);
    await this.#leading?.close();
  }

  async #followLeader(): Promise<void> {
    const { dataDir, pollMs, logger, lead } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const attempt = await tryLeaderLock(dataDir);
      if (attempt.kind !== 'acquired') continue;
      logger.info('the leading core is gone; this one takes the lead');
      this.#leading = await lead(attempt.lock);
      return;
    }
  }
}
