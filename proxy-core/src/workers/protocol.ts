// What the host thread and the two workers say to each other. Relay and store talk over a
// MessagePort of their own (the calls of StoreCalls), so that the host is never in the way.
import type { MessagePort } from 'node:worker_threads';
import type {
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
} from '../contract/analytics.ts';
import type { SecretOffer } from '../contract/bridge/settings-calls.ts';
import type { CachedAnswer, CacheFilter, CacheStats } from '../domain/cached-answer.ts';
import type { LogLevel } from '../platform/logger/logger.ts';

/** What the relay worker begins with; until then it has its modules loaded and nothing open. */
export interface RelayWorkerData {
  readonly dataDir: string;
  /** Absolute path of the configuration file, whether or not it exists. */
  readonly configFile: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly useEnvironment: boolean;
  /** From `--port`; wins over every layer. */
  readonly portOverride: number | null;
  readonly listen: ListenPlan;
  readonly controlToken: string;
  /** 32 bytes, from which keyed hashes and the cache's encryption key are derived. */
  readonly rootSecret: Uint8Array;
  readonly version: string;
  readonly host: { readonly kind: 'headless' | 'vscode' | 'jetbrains'; readonly name: string };
  /** Random per start of a core. */
  readonly epoch: string;
  /** Folder with the built page, or null where there is none. */
  readonly uiDirectory: string | null;
  /** Provider keys that were offered before this worker began. */
  readonly secrets: readonly SecretOffer[];
}

/** Which port, where the settings alone do not say it. */
export interface ListenPlan {
  /** Clients hold this address already: whatever the settings say. */
  readonly boundPort: number | null;
  /** How long a port that is taken is tried again: the one who had it may just be ending. */
  readonly patienceMs: number;
  /** Chosen once because the default port belonged to a stranger; gives way to `server.port`. */
  readonly ownPort: number | null;
  /** Whether another port may be chosen where the default one or the bound one is taken. */
  readonly mayChoose: boolean;
}

/** What the store worker begins with. */
export interface StoreWorkerData {
  readonly dataDir: string;
  /** What cached answers are encrypted with at rest; null: with a key that is offered, or not kept on disk. */
  readonly cacheSecret: Uint8Array | null;
  /** False while the leader before is still ending its streams: their rows are not orphans yet. */
  readonly closesOrphans: boolean;
}

export type HostToRelay =
  | { readonly type: 'begin'; readonly data: RelayWorkerData }
  /** A client of the bridge in this very process. */
  | { readonly type: 'bridge-port'; readonly port: MessagePort }
  | { readonly type: 'offer-secrets'; readonly offers: readonly SecretOffer[] }
  | { readonly type: 'store-port'; readonly port: MessagePort }
  | { readonly type: 'store-lost' }
  | { readonly type: 'stop'; readonly drainMs: number };

export type RelayToHost =
  /** Its modules are there: it can begin. */
  | { readonly type: 'loaded' }
  /** `isChosen`: not the port that was meant, because somebody else has that one. */
  | {
      readonly type: 'listening';
      readonly url: string;
      readonly port: number;
      readonly isChosen: boolean;
    }
  /** It stops: nobody new is let in, and the port is free for a successor. */
  | { readonly type: 'port-closed' }
  /** A core of this version asks for the lead, and nothing is in flight here. */
  | { readonly type: 'yield'; readonly version: string }
  /** All offers in effect, for a relay that has to be started again. */
  | { readonly type: 'secrets'; readonly offers: readonly SecretOffer[] }
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
  | { readonly type: 'begin'; readonly data: StoreWorkerData }
  /** The leader before has ended: what it left open since before this time is closed. */
  | { readonly type: 'close-orphans'; readonly startedBefore: number }
  | { readonly type: 'relay-port'; readonly port: MessagePort }
  | { readonly type: 'stop' };

export type StoreToHost =
  | { readonly type: 'loaded' }
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
  /** The key that was offered for the cache on disk; null: there is none, or none any more. */
  useCacheSecret(secret: Uint8Array | null): void;
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
