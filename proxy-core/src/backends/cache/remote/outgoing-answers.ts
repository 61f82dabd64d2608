import type { CachedAnswer, CacheFilter } from '../../../domain/cached-answer.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Logger } from '../../../platform/logger/logger.ts';
import { isMeantBy } from '../cache-filter.ts';
import { standAlone } from '../stand-alone.ts';

const dropReportMs = 60_000;
const flushTimeoutMs = 1000;

type Send = (answers: readonly CachedAnswer[]) => Promise<void>;

export interface OutgoingAnswersOptions {
  readonly intervalMs: number;
  readonly maxBatchAnswers: number;
  readonly maxBytes: number;
}

/**
 * Answers on their way to the store: handed over in batches at a steady pace, bounded in bytes, and
 * found here until the store has them.
 */
export class OutgoingAnswers {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #options: OutgoingAnswersOptions;
  readonly #waiting = new Map<string, CachedAnswer>();
  /** Sent, and not yet confirmed. */
  readonly #sent = new Map<string, CachedAnswer>();
  #bytes = 0;
  #send: Send | null = null;
  #cancelTimer: (() => void) | null = null;
  #dropped = 0;
  #dropReportedAt = Number.NEGATIVE_INFINITY;

  constructor(
    { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
    options: OutgoingAnswersOptions,
  ) {
    this.#clock = clock;
    this.#logger = logger;
    this.#options = options;
  }

  find(key: string): CachedAnswer | null {
    return this.#waiting.get(key) ?? this.#sent.get(key) ?? null;
  }

  /** False where too many bytes are on their way. */
  add(answer: CachedAnswer): boolean {
    const { maxBytes, intervalMs } = this.#options;
    if (this.#bytes + answer.body.length > maxBytes) {
      this.#reportDrop();
      return false;
    }
    this.#withdraw(answer.key);
    this.#waiting.set(answer.key, standAlone(answer));
    this.#bytes += answer.body.length;
    this.#cancelTimer ??= this.#clock.every(intervalMs, () => void this.#sendBatch());
    return true;
  }

  /** Returns how many went that had not been sent. What was sent, the store clears. */
  clear(filter: CacheFilter): number {
    const isMeant = (answer: CachedAnswer): boolean => isMeantBy(filter, answer);
    const unsent = [...this.#waiting.values()].filter(isMeant);
    for (const { key } of unsent) this.#withdraw(key);
    for (const { key } of [...this.#sent.values()].filter(isMeant)) this.#sent.delete(key);
    return unsent.length;
  }

  /** From now on to this store; null: to none. What was meant for the one before is given up. */
  sendTo(send: Send | null): void {
    this.#send = send;
    this.#stopTimer();
    this.#waiting.clear();
    this.#sent.clear();
    this.#bytes = 0;
  }

  /** Sends all that waits, at once, and waits a second at most for the store to have it. */
  async flush(): Promise<void> {
    const batches: Promise<void>[] = [];
    while (this.#send !== null && this.#waiting.size > 0) batches.push(this.#sendBatch());
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.every(flushTimeoutMs, resolve);
    await Promise.race([Promise.all(batches), tooLate]);
    cancel();
  }

  async #sendBatch(): Promise<void> {
    const send = this.#send;
    const answers: CachedAnswer[] = [];
    for (const answer of this.#waiting.values()) {
      if (answers.length === this.#options.maxBatchAnswers) break;
      answers.push(answer);
    }
    for (const answer of answers) {
      this.#waiting.delete(answer.key);
      this.#sent.set(answer.key, answer);
    }
    if (this.#waiting.size === 0) this.#stopTimer();
    try {
      await send?.(answers);
    } catch {
      // The store logs its own troubles; one that has gone took the answers with it.
    }
    // For the store that is attached now, only what was sent to it counts.
    if (this.#send !== send) return;
    for (const answer of answers) {
      this.#bytes -= answer.body.length;
      if (this.#sent.get(answer.key) === answer) this.#sent.delete(answer.key);
    }
  }

  #withdraw(key: string): void {
    const answer = this.#waiting.get(key);
    if (answer === undefined) return;
    this.#waiting.delete(key);
    this.#bytes -= answer.body.length;
    if (this.#waiting.size === 0) this.#stopTimer();
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #reportDrop(): void {
    this.#dropped += 1;
    const now = this.#clock.now();
    if (now - this.#dropReportedAt < dropReportMs) return;
    this.#dropReportedAt = now;
    const fields = { droppedAnswers: this.#dropped };
    this.#logger.warn(fields, 'Answers are not kept on disk: more come than the disk cache takes.');
  }
}
