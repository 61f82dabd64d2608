// Takes a request's likely cost out of the budgets before it is spent, so that concurrent requests
// cannot all pass. A pass-through until budgets are here.
import type { NanoUsd } from '../../domain/money.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';

export interface Reservation {
  /** Replaces the reserved amount by what was spent; null where that is unknown. */
  settle(costNanoUsd: NanoUsd | null): void;
  /** Gives back what was not settled. Called on every exit; a no-op after `settle`. */
  release(): void;
}

export type Reserve = (
  request: RelayRequest,
  candidate: Candidate,
) => Reservation | Promise<Reservation>;

const nothing: Reservation = { settle() {}, release() {} };

/** `reserve` throws `budget_exceeded`. */
export function createReserve(): Reserve {
  return () => nothing;
}
