import type { BridgeHandlers } from '../../contract/bridge/handlers.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { refuseGuarded } from '../operations/guarded-settings.ts';
import { revokeToken } from '../operations/revoke-token.ts';
import type { BridgeDependencies } from './ports.ts';

type SettingsHandlers = Pick<
  BridgeHandlers,
  | 'config.get'
  | 'config.patch'
  | 'config.explain'
  | 'providers.list'
  | 'providers.test'
  | 'tokens.create'
  | 'tokens.list'
  | 'tokens.revoke'
  | 'secrets.offer'
>;

/** Calls about configuration, providers, keys and client tokens. */
export function settingsHandlers({
  settings,
  providers,
  tokens,
  secrets,
}: Pick<BridgeDependencies, 'settings' | 'providers' | 'tokens' | 'secrets'>): SettingsHandlers {
  const config = () => ({ config: settings.current(), lastError: settings.lastError() });
  return {
    'config.get': () => config(),
    async 'config.patch'({ patch, persist }) {
      refuseGuarded(patch);
      const { overridden } = await settings.patch(patch, { persist });
      return { ...config(), overridden: [...overridden] };
    },
    'config.explain': () => ({ settings: [...settings.explain()] }),
    'providers.list': () => ({ providers: [...providers.list()] }),
    async 'providers.test'({ provider }) {
      const result = await providers.test(provider);
      if (result !== null) return result;
      const known = providers.list().map(({ id }) => id);
      throw new RelayError(
        'not_found',
        `No provider ${provider} is in service. There are: ${known.join(', ')}.`,
      );
    },
    'tokens.create': ({ name }) => tokens.create(name),
    'tokens.list': () => ({ tokens: [...tokens.list()] }),
    'tokens.revoke': ({ name }) => revokeToken(tokens, name),
    'secrets.offer': ({ offers }) => ({ verdicts: secrets.offer(offers) }),
  };
}
