import type { CacheMode } from '../../contract/bridge/cache-calls.ts';
import type { EventPosition, YieldResult } from '../../contract/bridge/core-calls.ts';
import type { EventBody, EventName } from '../../contract/bridge/events.ts';
import type {
  ProviderInfo,
  ProviderTest,
  SecretOffer,
  SecretVerdict,
} from '../../contract/bridge/settings-calls.ts';
import type { UsageSummaryReport } from '../../contract/bridge/usage-calls.ts';
import type { Instance } from '../../contract/instance.ts';
import type { ControlDependencies } from '../ports.ts';
import type { Windows } from './windows.ts';

export interface BridgeProviders {
  list(): readonly ProviderInfo[];
  /** Asks the provider for its models; null where no such provider is in service. */
  test(id: string): Promise<ProviderTest | null>;
}

/** What the bridge's calls need beside what the control plane does. */
export interface BridgeDependencies extends ControlDependencies {
  readonly host: Instance['host'];
  readonly windows: Windows;
  /** Base URL of data and control plane. */
  url(): string;
  /** False once this core is about to stop or to hand over. */
  isLeading(): boolean;
  readonly events: {
    position(): EventPosition;
    publish<N extends EventName>(name: N, body: EventBody<N>): void;
  };
  readonly cacheControl: {
    mode(): CacheMode;
    /** Of the workspace, or of anybody where it is null; returns until when, in epoch milliseconds. */
    bypassNext(workspace: string | null): number;
  };
  readonly providers: BridgeProviders;
  readonly secrets: { offer(offers: readonly SecretOffer[]): SecretVerdict[] };
  /** Sums since midnight, requests included that have only just ended. */
  usageToday(): Promise<UsageSummaryReport>;
  yieldTo(version: string): YieldResult;
}
