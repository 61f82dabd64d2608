// The stages as relay.ts sees them, and what it hands from the cache to those behind it.
import type { RelayError } from '../domain/relay-error.ts';
import type { RelayRequest } from '../domain/relay-request.ts';
import type { Candidate } from '../domain/route.ts';
import type { Admit } from './admit/admit.ts';
import type { Authenticate } from './authenticate/authenticate.ts';
import type { CacheStage, OpenedPath } from './cache/cache.ts';
import type { Forward } from './forward/forward.ts';
import type { Guard } from './guard/guard.ts';
import type { MeterStage } from './meter/meter.ts';
import type { Normalise } from './normalise/normalise.ts';
import type { Optimise } from './optimise/optimise.ts';
import type { Receive } from './receive/receive.ts';
import type { Record } from './record/record.ts';
import type { Reserve } from './reserve/reserve.ts';
import type { RouteStage } from './route/route.ts';

export interface Stages {
  readonly receive: Receive;
  readonly authenticate: Authenticate;
  readonly normalise: Normalise;
  readonly admit: Admit;
  readonly guard: Guard;
  readonly route: RouteStage;
  readonly cache: CacheStage;
  readonly reserve: Reserve;
  readonly optimise: Optimise;
  readonly forward: Forward;
  readonly meter: MeterStage;
  readonly record: Record;
}

/** An answer to be fetched: from whom, by what rule, and the way that it takes. */
export interface Fetch {
  readonly request: RelayRequest;
  readonly candidate: Candidate;
  readonly routeRule: string;
  readonly path: OpenedPath;
}

/** What nobody began to answer, for the client to be told once it is recorded. */
export type Failure = RelayError | null;
