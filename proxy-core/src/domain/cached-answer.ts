import type { NanoUsd } from './money.ts';
import type { Usage } from './usage.ts';

/** A complete, successful answer as the cache keeps it: uncompressed bytes and what they cost. */
export interface CachedAnswer {
  /** 64 hexadecimal digits: the keyed hash of caller, account, workspace, endpoint and raw bytes. */
  readonly key: string;
  readonly form: 'json' | 'stream';
  readonly contentType: string;
  readonly body: Buffer;
  readonly provider: string;
  readonly model: string;
  readonly workspace: string | null;
  readonly usage: Usage | null;
  /** What the answer cost when it was fetched; what a hit saves. Null where unknown. */
  readonly costNanoUsd: NanoUsd | null;
  /** The stored stream holds the usage chunk of `include_usage`. */
  readonly hasUsageChunk: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Which entries to clear. Conditions add up; none clears all. */
export interface CacheFilter {
  readonly workspace?: string;
  readonly model?: string;
  readonly provider?: string;
  /** Only entries created before this time, epoch milliseconds. */
  readonly createdBefore?: number;
}

export interface CacheStats {
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
}
