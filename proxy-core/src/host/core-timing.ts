import type { BackOffOptions } from './back-off.ts';

/** How patient a core host is; milliseconds. */
export interface CoreTiming {
  /** At start, with a holder of the lead that does not say where it listens: it may be starting too. */
  readonly startPatienceMs: number;
  /** With a leader that answered before, until it is reported as hung. */
  readonly hungAfterMs: number;
  /** Between two questions to the leader, and for an answer. */
  readonly watchIntervalMs: number;
  readonly watchTimeoutMs: number;
  /** From becoming the standby to starting its workers. */
  readonly warmAfterMs: number;
  /** What other followers leave to the standby when the leader is gone. */
  readonly standbyFirstMs: number;
  /** What older cores leave to the newer one that was promised the lead. */
  readonly holdBackMs: number;
  readonly retry: BackOffOptions;
}

export const coreTiming: CoreTiming = {
  // Long enough for a core that is starting to say where it listens, on a busy machine.
  startPatienceMs: 12_000,
  hungAfterMs: 5000,
  watchIntervalMs: 2000,
  watchTimeoutMs: 2500,
  warmAfterMs: 1000,
  standbyFirstMs: 400,
  holdBackMs: 3000,
  retry: { firstMs: 1000, maxMs: 30_000, resetAfterMs: 60_000 },
};
