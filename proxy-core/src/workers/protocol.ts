// What the host thread and the two workers say to each other. Relay and store talk over a
// MessagePort of their own (the calls of StoreCalls), so that the host is never in the way.
import type { MessagePort } from 'node:worker_threads';
import type {
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
} from '../contract/analytics.ts';
import type { CachedAnswer, CacheFilter, CacheStats } from '../domain/cached-answer.ts';
import type { LogLevel } from '../platform/logger/logger.ts';

/** Handed to the relay worker as `workerData`. */
export interface RelayWorkerData {
  readonly dataDir: string;
  /** Absolute path of the configuration file, whether or not it exists. */
  readonly configFile: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly useEnvironment: boolean;
  /** From `--port`; wins over every layer. */
  readonly portOverride: number | null;
  readonly controlToken: string;
  /** 32 bytes, from which keyed hashes and the cache's encryption key are derived. */
  readonly rootSecret: Uint8Array;
  readonly version: string;
  readonly host: { readonly kind: 'headless' | 'vscode' | 'jetbrains'; readonly name: string };
  /** Random per start of a core. */
  readonly epoch: string;
  /** Folder with the built page, or null where there is none. */
  readonly uiDirectory: string | null;
}

/** Handed to the store worker as `workerData`. */
export interface StoreWorkerData {
  readonly dataDir: string;
  readonly rootSecret: Uint8Array;
}

export type HostToRelay =
  | { readonly type: 'store-port'; readonly port: MessagePort }
  | { readonly type: 'store-lost' }
  | { readonly type: 'stop'; readonly drainMs: number };

export type RelayToHost =
  | { readonly type: 'listening'; readonly url: string; readonly port: number }
  | { readonly type: 'log'; readonly line: string }
  /** At start, before it listens, and whenever they change. */
  | { readonly type: 'settings'; readonly settings: HostSettings }
  /** Cannot start: bad configuration, occupied port. The host must not restart it. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  | { readonly type: 'stopped' };

/** The part of the settings that the host needs. */
export interface HostSettings {
  /** How long running requests may take to end when the core stops. */
  readonly drainMs: number;
  readonly logLevel: LogLevel;
  readonly maxLogFileMb: number;
  readonly maxLogFiles: number;
}

export type HostToStore =
  | { readonly type: 'relay-port'; readonly port: MessagePort }
  | { readonly type: 'stop' };

export type StoreToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'stopped' };

/** The part of the settings that the store needs; sent by the relay at start and on change. */
export interface StoreSettings {
  readonly maxDiskCacheBytes: number;
  readonly retentionDays: number | null;
  readonly logLevel: LogLevel;
}

/** How the store's media are, for `/health` and the user. */
export interface StoreHealth {
  readonly ledger: 'ok' | 'degraded' | 'memory';
  readonly cache: 'ok' | 'degraded' | 'memory';
  /** Sentences for people: a database moved aside, a full disk… */
  readonly notices: readonly string[];
}

/** The calls that the relay makes of the store. Rows travel as JSON text: cheapest to clone. */
export interface StoreCalls {
  configure(settings: StoreSettings): void;
  /** `rowsJson`: from `encodeRows`. Resolves once durable; rejects when the rows are lost. */
  appendRows(rowsJson: string): void;
  usage(query: UsageQuery): UsageReport;
  requests(query: RequestsQuery): RequestsPage;
  cacheGet(key: string): CachedAnswer | null;
  cachePutAll(answers: readonly CachedAnswer[]): void;
  cacheClear(filter: CacheFilter): number;
  cacheStats(): CacheStats;
  /** The first 48 bits of all keys as numbers, so that a sure miss never asks the store. */
  cacheFingerprints(): Float64Array;
  health(): StoreHealth;
}
