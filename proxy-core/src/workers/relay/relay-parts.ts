import type { FileClientTokens } from '../../backends/tokens/file/file-client-tokens.ts';
import type { ByteBudget } from '../../platform/byte-budget.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Logger } from '../../platform/logger/logger.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import type { RelayWorkerData } from '../protocol.ts';
import type { OfferedSecrets } from './offered-secrets.ts';
import type { LiveProviders } from './provider-directory.ts';
import type { StoreLink } from './store-link.ts';

/** What the relay worker is put together from, before pipeline and control plane. */
export interface RelayParts {
  readonly data: RelayWorkerData;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: SettingsStore;
  readonly tokens: FileClientTokens;
  readonly providers: LiveProviders;
  readonly store: StoreLink;
  readonly budget: ByteBudget;
  readonly secrets: OfferedSecrets;
}
