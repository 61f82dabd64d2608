// Writes what happened: a request is announced when it goes upstream, its row written when it has ended.
// Returns at once; nothing here is in the request's way, and nothing of the prompt is in a row.
import type { CacheOutcome, RequestOutcome } from '../../contract/names.ts';
import type { ForwardEnd, Forwarded, Metered } from '../../domain/answer.ts';
import type { Opening } from '../../domain/ledger.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { NanoUsd } from '../../domain/money.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { nothingConsumed, rowOf, type Consumed, type RowEnd } from './row-of.ts';

/** The ports of this stage: the ledger, and whoever wants to know of ended requests. */
export interface RecordDependencies {
  readonly clock: Clock;
  announce(opening: Opening): void;
  /** What a request has likely cost that will never end; asked for those that run for a while. */
  estimate(request: RelayRequest, candidate: Candidate): Consumed;
  write(row: LedgerRow): void;
  onClosed(row: LedgerRow): void;
  /** Whether this core, about to end, cuts off what still runs. */
  isCuttingOff(): boolean;
}

/** From whom a fresh answer comes, and why. */
export interface FreshOrigin {
  readonly request: RelayRequest;
  readonly candidate: Candidate;
  readonly routeRule: string;
  readonly path: { readonly cacheOutcome: CacheOutcome };
}

/** How it ended, whole or broken. */
export interface FreshEnd {
  readonly forwarded: Forwarded;
  readonly metered: Metered;
  readonly optimised: { readonly savedNanoUsd: NanoUsd | null };
}

/** An answer that was there already, or on its way to somebody else. */
export interface SavedEnd {
  readonly routeRule: string;
  readonly cacheOutcome: CacheOutcome;
  readonly provider: string;
  readonly model: string | null;
  readonly status: number;
  readonly end: ForwardEnd;
  readonly savedNanoUsd: NanoUsd | null;
}

export interface Record {
  /** Before a request goes upstream; `fresh` ends it, or its `end` where that is not reached. */
  open(origin: FreshOrigin): OpenRequest;
  fresh(open: OpenRequest, origin: FreshOrigin, end: FreshEnd): void;
  saved(request: RelayRequest, end: SavedEnd): void;
  /** Refused by RelayCore before anything went upstream. */
  failed(request: RelayRequest, error: unknown): void;
}

/** A request upstream. Lets go of everything when it ends, long before the ledger forgets it. */
export class OpenRequest implements Opening {
  readonly #estimate: RecordDependencies['estimate'];
  #origin: FreshOrigin | null;

  constructor(origin: FreshOrigin, estimate: RecordDependencies['estimate']) {
    this.#origin = origin;
    this.#estimate = estimate;
  }

  get hasEnded(): boolean {
    return this.#origin === null;
  }

  row(): LedgerRow {
    if (this.#origin === null) throw new Error('the request has ended');
    const { request, candidate } = this.#origin;
    return openRow(this.#origin, this.#estimate(request, candidate));
  }

  end(): void {
    this.#origin = null;
  }
}

type Ending = Omit<RowEnd, 'endedAt' | 'latencyMs'>;

export function createRecord(dependencies: RecordDependencies): Record {
  const { clock } = dependencies;
  const close = (request: RelayRequest, ending: Ending): void => {
    // Who is cut off has not left.
    const isCutOff = ending.outcome === 'aborted' && dependencies.isCuttingOff();
    const row = rowOf(request, {
      ...ending,
      outcome: isCutOff ? 'interrupted' : ending.outcome,
      endedAt: clock.now(),
      latencyMs: clock.tick() - request.received.startedTick,
    });
    dependencies.write(row);
    dependencies.onClosed(row);
  };
  return {
    open(origin) {
      const opened = new OpenRequest(origin, dependencies.estimate);
      dependencies.announce(opened);
      return opened;
    },
    fresh(open, origin, end) {
      open.end();
      close(origin.request, freshEnding(origin, end));
    },
    saved: (request, end) => close(request, savedEnding(end)),
    failed: (request, error) => close(request, failedEnding(request, error)),
  };
}

function openRow(
  { request, candidate, routeRule, path }: FreshOrigin,
  consumed: Consumed,
): LedgerRow {
  return rowOf(request, {
    outcome: 'open',
    endedAt: null,
    latencyMs: null,
    timeToFirstByteMs: null,
    upstreamMs: null,
    provider: candidate.provider.id,
    model: candidate.model,
    routeRule,
    cacheOutcome: path.cacheOutcome,
    status: null,
    errorCode: null,
    attempts: 1,
    consumed,
    savedByCacheNanoUsd: null,
    savedByOptimisationNanoUsd: null,
  });
}

function freshEnding(origin: FreshOrigin, { forwarded, metered, optimised }: FreshEnd): Ending {
  return {
    outcome: outcomeOf(forwarded, metered),
    timeToFirstByteMs: forwarded.timeToFirstByteMs,
    upstreamMs: forwarded.upstreamMs,
    provider: origin.candidate.provider.id,
    model: metered.reading.model ?? origin.candidate.model,
    routeRule: origin.routeRule,
    cacheOutcome: origin.path.cacheOutcome,
    status: forwarded.status === 0 ? (forwarded.error?.status ?? null) : forwarded.status,
    errorCode: forwarded.error?.code ?? null,
    attempts: forwarded.attempts,
    consumed: metered,
    savedByCacheNanoUsd: null,
    savedByOptimisationNanoUsd: optimised.savedNanoUsd,
  };
}

function outcomeOf(forwarded: Forwarded, { reading, isRead }: Metered): RequestOutcome {
  if (forwarded.end === 'incomplete' && forwarded.status === 0) return 'failed';
  if (forwarded.end !== 'completed') return forwarded.end;
  if (forwarded.status >= 400) return 'failed';
  // A success that carries an error, or lacks its end, is none.
  return isRead && (reading.hasError || !reading.isComplete) ? 'incomplete' : 'completed';
}

function savedEnding(end: SavedEnd): Ending {
  return {
    outcome: end.status >= 400 ? 'failed' : end.end,
    timeToFirstByteMs: null,
    upstreamMs: null,
    provider: end.provider,
    model: end.model,
    routeRule: end.routeRule,
    cacheOutcome: end.cacheOutcome,
    status: end.status,
    errorCode: null,
    attempts: 0,
    consumed: nothingConsumed,
    savedByCacheNanoUsd: end.savedNanoUsd,
    savedByOptimisationNanoUsd: null,
  };
}

function failedEnding(request: RelayRequest, error: unknown): Ending {
  const known = error instanceof RelayError ? error : null;
  return {
    outcome: 'failed',
    timeToFirstByteMs: null,
    upstreamMs: null,
    provider: null,
    model: request.fields.model,
    routeRule: null,
    cacheOutcome: 'bypass',
    status: known?.status ?? 500,
    errorCode: known?.code ?? 'internal',
    attempts: 0,
    consumed: nothingConsumed,
    savedByCacheNanoUsd: null,
    savedByOptimisationNanoUsd: null,
  };
}
