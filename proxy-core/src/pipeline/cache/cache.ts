// Answers repeats. Looked up for the resolved candidate; who asks for what is already being asked
// joins that request instead of paying again.
import type { CacheOutcome } from '../../contract/names.ts';
import type {
  AnswerSink,
  AnswerTap,
  ClientSink,
  ForwardEnd,
  Forwarded,
  Metered,
} from '../../domain/answer.ts';
import type { CacheStore } from '../../domain/cache-store.ts';
import type { CachedAnswer } from '../../domain/cached-answer.ts';
import type { NanoUsd } from '../../domain/money.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate, Route } from '../../domain/route.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { decodeWhole, isIdentity } from '../../platform/compression/decode.ts';
import {
  createAnswerRecorder,
  type AnswerRecorder,
  type RecordedAnswer,
} from './answer-recorder.ts';
import { cacheKeyOf } from './cache-key.ts';
import { planCache, type CachePlan, type CacheSettings } from './cache-policy.ts';
import { createFlightTable, type FlightTable } from './flight-table.ts';
import { Flight } from './flight.ts';
import { replayOf, type Replay } from './replay.ts';

/** An answer that cost nothing now, and what it cost when it was fetched. */
export interface Saved {
  readonly cacheOutcome: CacheOutcome;
  readonly provider: string;
  readonly model: string | null;
  readonly status: number;
  readonly end: ForwardEnd;
  readonly savedNanoUsd: NanoUsd | null;
}

export type CacheLookup =
  /** Resolves when the answer has ended; rejects as the joined request does. */
  | { readonly kind: 'saved'; serve(sink: ClientSink): Promise<Saved> }
  /** `open` has to be called at once: others may be waiting for the answer already. */
  | { readonly kind: 'fresh'; open(sink: ClientSink): OpenedPath };

/** The way of an answer that is fetched: `settle` or `fail` ends it. */
export interface OpenedPath {
  readonly cacheKey: string | null;
  readonly cacheOutcome: CacheOutcome;
  readonly recorder: AnswerTap | null;
  readonly sink: AnswerSink;
  settle(forwarded: Forwarded, metered: Metered): void;
  /** Throws the error again. */
  fail(error: unknown): never;
}

export interface CacheDependencies {
  readonly store: CacheStore;
  readonly clock: Clock;
  readonly hashKey: Buffer;
  settings(): CacheSettings;
}

export type CacheStage = (
  request: RelayRequest,
  route: Route,
) => CacheLookup | Promise<CacheLookup>;

/** Throws `cache_miss` where the client wants a cached answer or none. */
export function createCache(dependencies: CacheDependencies): CacheStage {
  const { store, hashKey } = dependencies;
  const flights = createFlightTable<SharedFetch>();
  return (request, route) => {
    const settings = dependencies.settings();
    const plan = planCache(request, settings);
    if (!plan.mayRead && plan.keepSeconds === null) {
      if (plan.isCacheOnly) throw noCachedAnswer();
      return uncached;
    }
    const [candidate] = route.candidates;
    const key = cacheKeyOf(request, candidate, hashKey);
    const ask: Ask = { request, candidate, plan, key, settings, flights, dependencies };
    if (!plan.mayRead) return fetchFresh(ask);
    const found = store.get(key);
    if (!(found instanceof Promise)) return decide(ask, found);
    return found.then((answer) => decide(ask, answer));
  };
}

interface Ask {
  readonly request: RelayRequest;
  readonly candidate: Candidate;
  readonly plan: CachePlan;
  readonly key: string;
  readonly settings: CacheSettings;
  readonly flights: FlightTable<SharedFetch>;
  readonly dependencies: CacheDependencies;
}

/** A request upstream that others may join. Hardly ever one does: the promise is made for those only. */
class SharedFetch {
  readonly flight = new Flight();
  #end: { readonly saved: Saved } | { readonly error: unknown } | null = null;
  #waiting: PromiseWithResolvers<Saved> | null = null;

  /** What joining saved; rejects as the request does. */
  done(): Promise<Saved> {
    if (this.#waiting === null) {
      this.#waiting = Promise.withResolvers<Saved>();
      // Who joined may have left, and then nobody listens.
      this.#waiting.promise.catch(() => {});
      this.#tell();
    }
    return this.#waiting.promise;
  }

  resolve(saved: Saved): void {
    this.#end = { saved };
    this.#tell();
  }

  reject(error: unknown): void {
    this.#end = { error };
    this.#tell();
  }

  #tell(): void {
    if (this.#end === null || this.#waiting === null) return;
    if ('saved' in this.#end) this.#waiting.resolve(this.#end.saved);
    else this.#waiting.reject(this.#end.error);
  }
}

const uncached: CacheLookup = {
  kind: 'fresh',
  open: (sink) => ({
    cacheKey: null,
    cacheOutcome: 'bypass',
    recorder: null,
    sink,
    settle() {},
    fail(error) {
      throw error;
    },
  }),
};

function decide(ask: Ask, answer: CachedAnswer | null): CacheLookup {
  const replay = answer === null ? null : replayOf(ask.request, answer);
  if (answer !== null && replay !== null) return hit(answer, replay);
  if (ask.plan.isCacheOnly) throw noCachedAnswer();
  const shared = ask.flights.get(flightKey(ask));
  if (shared !== undefined && shared.flight.isJoinable && !shared.flight.hasLeft)
    return joined(shared);
  return fetchFresh(ask);
}

function hit(answer: CachedAnswer, replay: Replay): CacheLookup {
  const { provider, model } = answer;
  return {
    kind: 'saved',
    async serve(sink) {
      sink.cacheOutcome = 'hit';
      sink.begin(replay.head);
      sink.end(replay.body);
      const end = sink.hasLeft ? 'aborted' : 'completed';
      const savedNanoUsd = answer.costNanoUsd;
      return { cacheOutcome: 'hit', provider, model, status: 200, end, savedNanoUsd };
    },
  };
}

function joined(shared: SharedFetch): CacheLookup {
  return {
    kind: 'saved',
    async serve(sink) {
      sink.cacheOutcome = 'coalesced';
      shared.flight.join(sink);
      const saved = await shared.done();
      return sink.hasLeft && saved.end !== 'completed' ? { ...saved, end: 'aborted' } : saved;
    },
  };
}

/** Only requests that want the same bytes share them: the form and its packing stay in this key. */
function flightKey({ key, request: { fields, received } }: Ask): string {
  const form = `${fields.isStream ? 's' : 'j'}${fields.asksForUsage ? 'u' : ''}`;
  return `${key}${form} ${String(received.headers['accept-encoding'] ?? '')}`;
}

/** Takes off before it is opened: who looked in vain in the same turn of the loop has to find it. */
function fetchFresh(ask: Ask): CacheLookup {
  const id = flightKey(ask);
  const shared = new SharedFetch();
  ask.flights.set(id, shared);
  return { kind: 'fresh', open: (sink) => new FreshFetch(ask, { id, shared }, sink) };
}

class FreshFetch implements OpenedPath {
  readonly cacheKey: string;
  readonly cacheOutcome: CacheOutcome;
  readonly recorder: AnswerRecorder | null;
  readonly sink: Flight;
  readonly #ask: Ask;
  readonly #id: string;
  readonly #shared: SharedFetch;

  constructor(ask: Ask, { id, shared }: { id: string; shared: SharedFetch }, sink: ClientSink) {
    const { plan, settings, key } = ask;
    this.#ask = ask;
    this.#id = id;
    this.#shared = shared;
    this.cacheKey = key;
    this.recorder = plan.keepSeconds === null ? null : createAnswerRecorder(settings.maxEntryBytes);
    this.sink = shared.flight;
    this.cacheOutcome = plan.outcomeOfFetch;
    sink.cacheOutcome = plan.outcomeOfFetch;
    shared.flight.join(sink);
  }

  settle(forwarded: Forwarded, metered: Metered): void {
    this.#land();
    const { error } = forwarded;
    if (error !== null && !this.sink.hasBegun) this.#shared.reject(error);
    else this.#shared.resolve(savedByJoining(this.#ask, forwarded, metered));
    if (this.recorder !== null && isWorthKeeping(forwarded, metered)) {
      keep(this.#ask, this.recorder, metered);
    }
  }

  fail(error: unknown): never {
    this.#land();
    this.#shared.reject(error);
    throw error;
  }

  #land(): void {
    this.#ask.flights.delete(this.#id, this.#shared);
  }
}

function savedByJoining({ candidate }: Ask, forwarded: Forwarded, metered: Metered): Saved {
  return {
    cacheOutcome: 'coalesced',
    provider: candidate.provider.id,
    model: metered.reading.model ?? candidate.model,
    status: forwarded.status,
    end: forwarded.end,
    savedNanoUsd: metered.cost?.totalNanoUsd ?? null,
  };
}

/** Why an answer ends that is whole; every other reason cut it short, by a limit or a filter. */
const wholeReasons: ReadonlySet<string> = new Set([
  ...['stop', 'tool_calls', 'function_call'],
  ...['end_turn', 'stop_sequence', 'tool_use'],
]);

/** Complete, successful, and not cut short. */
function isWorthKeeping(forwarded: Forwarded, { reading }: Metered): boolean {
  if (forwarded.end !== 'completed' || forwarded.status !== 200) return false;
  if (!reading.isComplete || reading.hasError) return false;
  return reading.finishReason === null || wholeReasons.has(reading.finishReason);
}

function keep(ask: Ask, recorder: AnswerRecorder, metered: Metered): void {
  const recorded = recorder.take();
  if (recorded === null) return;
  const { contentEncoding, bytes } = recorded;
  if (isIdentity(contentEncoding)) {
    put(ask, { recorded, body: bytes, metered });
    return;
  }
  // What cannot be read here is not kept; the client has its answer already.
  decodeWhole(bytes, contentEncoding ?? '', { maxBytes: ask.settings.maxEntryBytes }).then(
    (body) => put(ask, { recorded, body, metered }),
    () => {},
  );
}

interface Kept {
  readonly recorded: RecordedAnswer;
  readonly body: Buffer;
  readonly metered: Metered;
}

function put(ask: Ask, { recorded, body, metered }: Kept): void {
  const { request, candidate, plan, dependencies } = ask;
  const createdAt = dependencies.clock.now();
  const form = recorded.contentType.includes('event-stream') ? 'stream' : 'json';
  dependencies.store.put({
    key: ask.key,
    form,
    contentType: recorded.contentType,
    body,
    provider: candidate.provider.id,
    model: metered.reading.model ?? candidate.model ?? '',
    workspace: request.received.workspace,
    usage: metered.usage,
    costNanoUsd: metered.cost?.totalNanoUsd ?? null,
    hasUsageChunk: form === 'stream' && metered.usage !== null && !metered.isUsageEstimated,
    createdAt,
    expiresAt: createdAt + (plan.keepSeconds ?? 0) * 1000,
  });
}

function noCachedAnswer(): RelayError {
  return new RelayError(
    'cache_miss',
    'The cache has no answer to this request, and it asked for nothing else (x-relaycore-cache: only).',
  );
}
