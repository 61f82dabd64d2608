// What the control plane needs of the rest of the core. Everything is handed in by composition.
import type { CacheStatsReport, ProviderStatus, SettingsTree } from '../contract/control.ts';
import type { CacheFilter } from '../domain/cached-answer.ts';
import type { ClientTokens } from '../domain/client-tokens.ts';
import type { LedgerReader } from '../domain/ledger.ts';
import type { ControlGate } from './access/control-gate.ts';

export interface ControlCache {
  stats(): Promise<CacheStatsReport>;
  /** In memory and on disk; resolves with how many entries went. */
  clear(filter: CacheFilter): Promise<number>;
}

/** One effective value and the layer that it comes from. */
export interface ExplainedSetting {
  /** Dotted, such as `cache.ttlSeconds`. */
  readonly path: string;
  readonly value: unknown;
  readonly layer: string;
  /** File and line, the variable, `command line`. */
  readonly source: string;
}

export interface SettingsChange {
  /** Values that the change set but that a layer above the file overrides. */
  readonly overridden: readonly ExplainedSetting[];
}

/** The configuration without any secret in it: `apiKey: {env: NAME}` is as far as it goes. */
export interface ControlSettings {
  current(): SettingsTree;
  explain(): readonly ExplainedSetting[];
  /** Merges the tree into the settings; null takes a value out. RelayError `bad_config`. */
  patch(change: SettingsTree, options: { readonly persist: boolean }): Promise<SettingsChange>;
  /** Why the configuration file is not in effect, as a sentence; null where it is. */
  lastError(): string | null;
}

/** What is known at this moment, without I/O. Times in epoch milliseconds. */
export interface CoreStatus {
  readonly version: string;
  readonly pid: number;
  readonly leader: boolean;
  readonly epoch: string;
  readonly startedAt: number;
  readonly providers: readonly ProviderStatus[];
  /** Sentences for people. Any of them makes the status `degraded`. */
  readonly notices: readonly string[];
  readonly inFlight: {
    readonly requests: number;
    readonly bytes: number;
    readonly upstream: number;
  };
}

/** All metrics in Prometheus' text format. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface ControlDependencies {
  readonly ledger: LedgerReader;
  readonly cache: ControlCache;
  readonly settings: ControlSettings;
  readonly tokens: Pick<ClientTokens, 'list' | 'create' | 'revoke'>;
  status(): CoreStatus;
  readonly metrics: MetricsText;
  readonly controlToken: string;
  readonly gate: ControlGate;
  readonly clock: { now(): number };
  readonly random: { bytes(size: number): Uint8Array };
  /** Folder with the built page; null where this build has none. */
  readonly uiDirectory: string | null;
  /** Takes failures that are nobody's fault but RelayCore's, for the log. */
  reportFault(error: unknown, request: { readonly method: string; readonly path: string }): void;
}
