import type { ProviderInfo } from '../../contract/bridge/settings-calls.ts';
import type { ProviderStatus } from '../../contract/control.ts';
import type { BridgeProviders } from '../../control/bridge/ports.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { providerTypes } from '../../providers/registry.ts';
import { testProvider } from '../../providers/test-provider.ts';
import type { ProviderSettings, Settings } from '../../settings/schema.ts';
import type { LiveProviders } from './provider-directory.ts';

export interface BridgeProvidersDependencies {
  readonly clock: Clock;
  readonly providers: Pick<LiveProviders, 'current'>;
  settings(): Settings;
  statusOf(id: string): ProviderStatus;
}

/** The configured providers, those included that are taken out of service. */
export function createBridgeProviders(dependencies: BridgeProvidersDependencies): BridgeProviders {
  const { clock, providers, settings, statusOf } = dependencies;
  const describe = (id: string, configured: ProviderSettings): ProviderInfo => {
    const live = providers.current().get(id);
    const { type, baseUrl, models, enabled } = configured;
    return {
      ...statusOf(id),
      type,
      baseUrl,
      dialects: [...providerTypes[type].dialects],
      models: [...models],
      isEnabled: enabled,
      needsKey: live?.needsCredential ?? type !== 'demo',
      hasKey: live?.hasStoredCredential ?? false,
    };
  };
  return {
    list: () =>
      Object.entries(settings().providers).map(([id, configured]) => describe(id, configured)),
    async test(id) {
      const provider = providers.current().get(id);
      return provider === null ? null : testProvider(provider, clock);
    },
  };
}
