import type { CacheDirective } from '../contract/names.ts';
import type { Attribution, Caller } from './caller.ts';
import type { Dialect, Endpoint, MemberReader, RequestFields } from './dialect.ts';
import type { FlatHeaders } from './upstream.ts';

/** What `receive` found on the wire: bounded, checked, its bytes untouched. */
export interface Received {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Monotonic milliseconds, for durations. */
  readonly startedTick: number;
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  /** Provider id from a `/v1/{provider}/…` path. */
  readonly pinnedProvider: string | null;
  /** Id from a `/w/{workspace}/…` path. */
  readonly workspace: string | null;
  readonly method: string;
  /** Path and query without RelayCore's own prefixes, such as `/v1/messages?beta=true`. */
  readonly canonicalPath: string;
  /** As sent: name, value, name, value… */
  readonly rawHeaders: FlatHeaders;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As sent, perhaps compressed; null where there is none. */
  readonly rawBody: Buffer | null;
  /** Decompressed; the same object as `rawBody` where it was not compressed. */
  readonly body: Buffer | null;
}

/** Access to a JSON body by its top-level members, every other byte kept. */
export interface ScannedBody extends MemberReader {
  /** The bytes with these members cut out, in order; for hashing without a copy. */
  partsWithout(names: readonly string[]): readonly Buffer[];
  /** The bytes with this member set; others stay where they are. */
  withMember(name: string, value: unknown): Buffer;
}

/** What the stages behind `normalise` work on. */
export interface RelayRequest {
  readonly received: Received;
  readonly caller: Caller;
  readonly attribution: Attribution;
  readonly fields: RequestFields;
  /** Null where the endpoint is not read, or the body is over the limit for parsing. */
  readonly scanned: ScannedBody | null;
  /** What the client asked of the cache; null where it said nothing. */
  readonly cacheDirective: CacheDirective | null;
  /** From `x-relaycore-cache-ttl`, seconds. */
  readonly cacheTtlSeconds: number | null;
}
