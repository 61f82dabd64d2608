import type { Provider } from './provider.ts';

/** One place where a request may be answered. */
export interface Candidate {
  readonly provider: Provider;
  /** The model as it goes upstream; null where the endpoint has none. */
  readonly model: string | null;
  /** Whose credential goes upstream: the client's own, or the one stored for the provider. */
  readonly credential: 'client' | 'stored';
  /** Tells accounts of one provider apart; part of the cache key. */
  readonly account: string;
}

/** Where a request may go, best first, and why. Never empty. */
export interface Route {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** The rule that decided, for ledger and header: `pinned`, `declared-model`, `home`… */
  readonly rule: string;
}
