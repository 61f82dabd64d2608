// Makes a request cheaper for the provider that it goes to without touching its cached prefix. A
// pass-through until optimisations are registered here.
import type { NanoUsd } from '../../domain/money.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';

/** The request that goes upstream, and what that saved. */
export interface Optimised {
  readonly request: RelayRequest;
  readonly savedNanoUsd: NanoUsd | null;
}

export type Optimise = (request: RelayRequest, candidate: Candidate) => Optimised;

export function createOptimise(): Optimise {
  return (request) => ({ request, savedNanoUsd: null });
}
