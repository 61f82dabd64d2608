// What the load process can be asked to do, and what it reports.

import type { Payload, Target } from '../payloads.ts';

export type Job = { readonly target: Target; readonly firstCounter: number } & JobKind;

export type JobKind =
  /** So many connections, each sends its next request when the last was answered. */
  | {
      readonly kind: 'closed';
      readonly payload: Payload;
      readonly connections: number;
      readonly durationMs: number;
      /** Ends the job early. */
      readonly maxRequests?: number;
    }
  /** Requests at a fixed rate, whatever the answers do; latency counts from when a request was due. */
  | {
      readonly kind: 'open';
      readonly payload: Payload;
      readonly perSecond: number;
      readonly durationMs: number;
    }
  /** So many streams at any time, each with a chunk an interval. */
  | {
      readonly kind: 'streams';
      readonly connections: number;
      readonly chunks: number;
      readonly intervalMs: number;
      readonly durationMs: number;
    }
  /** Readers that take 64 KB every 100 ms of a big answer, and leave after the hold. */
  | {
      readonly kind: 'slow-readers';
      readonly as: 'sse' | 'json';
      readonly connections: number;
      readonly bytes: number;
      readonly holdMs: number;
    }
  /** Streams whose clients all leave in the middle. */
  | { readonly kind: 'leave'; readonly connections: number; readonly holdMs: number };

/** Numbers by name: `requests`, `errors`, `seconds`, and percentiles in ms. */
export type JobResult = Readonly<Record<string, number>>;
