import type { Clock } from '../../platform/clock/clock.ts';

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly intervalMs: number; next: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  tick(): number {
    return this.#now;
  }

  every(intervalMs: number, callback: () => void): () => void {
    const timer = { intervalMs, next: this.#now + intervalMs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(({ next }) => next <= until);
      const first = due.toSorted((one, other) => one.next - other.next)[0];
      if (first === undefined) break;
      this.#now = first.next;
      first.next += first.intervalMs;
      first.callback();
    }
    this.#now = until;
  }
}
