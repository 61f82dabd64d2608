import type { CacheOutcome } from '../contract/names.ts';
import type { AnswerReading } from './dialect.ts';
import type { Cost, NanoUsd } from './money.ts';
import type { RelayError } from './relay-error.ts';
import type { FlatHeaders } from './upstream.ts';
import type { Usage } from './usage.ts';

/** The head of an answer on its way to a client. */
export interface AnswerHead {
  readonly status: number;
  /** The provider's headers without hop-by-hop ones. */
  readonly headers: FlatHeaders;
  readonly provider: string;
  readonly model: string | null;
  readonly attempts: number;
  readonly cacheKey: string | null;
  /** Only where the body is whole before the head goes out. */
  readonly costNanoUsd: NanoUsd | null;
}

/** What a sink tells back. */
export interface SinkFeeder {
  /** There is room again. */
  onDrain(): void;
  /** Nobody waits for the answer any more. */
  onLeave(): void;
}

/** Where an answer goes: a client, or several that asked for the same. */
export interface AnswerSink {
  begin(head: AnswerHead): void;
  /** False: take no more until the feeder's `onDrain`. */
  write(chunk: Buffer): boolean;
  end(last?: Buffer): void;
  /** The answer broke off after its head: the client must see a cut, never a clean end. */
  cut(): void;
  readonly hasBegun: boolean;
  readonly hasLeft: boolean;
  /**
   * Who feeds this sink. An object and no callbacks: closures made for every request and held by
   * sink and socket kept whole chains of finished requests alive between full collections.
   */
  feeder: SinkFeeder | null;
}

/** A client's own sink; the cache stage says how the cache took part. */
export interface ClientSink extends AnswerSink {
  cacheOutcome: CacheOutcome;
}

/** Watches the provider's bytes as they pass, before anything is taken out of them. */
export interface AnswerTap {
  begin(status: number, headers: FlatHeaders): void;
  chunk(chunk: Buffer): void;
}

/** How an attempt ended. `aborted`: the client left; `incomplete`: the provider broke off. */
export type ForwardEnd = 'completed' | 'aborted' | 'incomplete';

export interface Forwarded {
  readonly end: ForwardEnd;
  readonly status: number;
  readonly attempts: number;
  /** False: nothing of the request has reached the provider. */
  readonly wasSent: boolean;
  readonly timeToFirstByteMs: number | null;
  readonly upstreamMs: number;
  readonly error: RelayError | null;
}

/** What the meter knows at the end. */
export interface Metered {
  readonly reading: AnswerReading;
  /** False: the endpoint is not read, or the answer's encoding or size cannot be. */
  readonly isRead: boolean;
  readonly usage: Usage | null;
  readonly isUsageEstimated: boolean;
  /** Null: unknown usage or unknown price. */
  readonly cost: Cost | null;
}
