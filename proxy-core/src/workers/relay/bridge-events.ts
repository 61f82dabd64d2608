// Turns what happens in the relay into the bridge's events.
import type { EventBody, EventName } from '../../contract/bridge/events.ts';
import type { ProviderStatus } from '../../contract/control.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { changedPaths } from '../../settings/compare-settings.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';

export interface BridgeEvents {
  /** Requests have ended. */
  noteEnded(rows: readonly LedgerRow[]): void;
  close(): void;
}

export interface BridgeEventsDependencies {
  readonly clock: Pick<Clock, 'every'>;
  readonly settings: Pick<SettingsStore, 'current' | 'explain' | 'lastError' | 'onChange'>;
  providerStatuses(): readonly ProviderStatus[];
  /** Sentences for people: what is not as it should be. */
  notices(): readonly string[];
  publish<N extends EventName>(name: N, body: EventBody<N>): void;
}

/** How often is looked for what nobody calls back about. */
const lookIntervalMs = 1000;

export function createBridgeEvents(dependencies: BridgeEventsDependencies): BridgeEvents {
  const { clock, publish } = dependencies;
  const health = watchProviders(dependencies);
  const alerts = watchNotices(dependencies);
  const settings = watchSettings(dependencies);
  const stopLooking = clock.every(lookIntervalMs, () => {
    health();
    alerts();
    settings.look();
  });
  return {
    noteEnded(rows) {
      for (const row of rows) publish('request.completed', { request: row });
      health();
    },
    close() {
      stopLooking();
      settings.close();
    },
  };
}

type Dependencies = BridgeEventsDependencies;

function watchProviders({ providerStatuses, publish }: Dependencies): () => void {
  const known = new Map<string, string>();
  return () => {
    for (const provider of providerStatuses()) {
      const state = `${provider.status} ${provider.circuit}`;
      const before = known.get(provider.id);
      known.set(provider.id, state);
      if (before !== undefined && before !== state) publish('provider.health', { provider });
    }
  };
}

function watchNotices({ notices, publish }: Dependencies): () => void {
  let known: ReadonlySet<string> = new Set();
  return () => {
    const current = new Set(notices());
    for (const message of current) {
      if (!known.has(message)) publish('alert.raised', { severity: 'warning', message });
    }
    known = current;
  };
}

function watchSettings({ settings, publish }: Dependencies): { look(): void; close(): void } {
  let explained = settings.explain();
  let lastError = settings.lastError()?.message ?? null;
  const tell = (): void => {
    const before = explained;
    explained = settings.explain();
    lastError = settings.lastError()?.message ?? null;
    publish('config.changed', { changed: changedPaths(before, explained), lastError });
  };
  const close = settings.onChange((current, previous) => {
    tell();
    const { enabled, mode } = current.cache;
    if (enabled === previous.cache.enabled && mode === previous.cache.mode) return;
    publish('cache.changed', { enabled, mode, reason: 'mode', cleared: null });
  });
  return {
    look() {
      // A file that is refused changes no setting, so nobody is called back.
      if ((settings.lastError()?.message ?? null) !== lastError) tell();
    },
    close,
  };
}
