import { defaultBaseUrls, providerTypes, type ProviderType } from './known-providers.ts';
import type { ParsedSettings, ProviderSettings } from './schema.ts';
import type { SettingPath } from './setting-path.ts';

/** What is wrong, as the rest of a sentence that begins with the setting's path. */
export interface Mistake {
  readonly path: SettingPath;
  readonly message: string;
}

export interface ResolvedProviders {
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly mistakes: readonly Mistake[];
}

/** Fills in what follows from a provider's id and type. */
export function resolveProviders(parsed: ParsedSettings['providers']): ResolvedProviders {
  const providers: [string, ProviderSettings][] = [];
  const mistakes: Mistake[] = [];
  for (const [id, provider] of Object.entries(parsed)) {
    const type = provider.type ?? providerTypes.find((each) => each === id);
    if (type === undefined) {
      const message = `is missing, since the id tells nothing; one of: ${providerTypes.join(', ')}`;
      mistakes.push({ path: ['providers', id, 'type'], message });
      continue;
    }
    const baseUrl = baseUrlOf(type, provider.baseUrl);
    if (baseUrl === null && type !== 'demo') {
      const message = `is missing; a provider of type ${type} has no default address`;
      mistakes.push({ path: ['providers', id, 'baseUrl'], message });
    }
    const { apiKey = null, models, enabled } = provider;
    providers.push([id, { type, baseUrl, apiKey, models, enabled }]);
  }
  return { providers: Object.fromEntries(providers), mistakes };
}

function baseUrlOf(type: ProviderType, baseUrl: string | undefined): string | null {
  if (type === 'demo') return null;
  return (baseUrl ?? defaultBaseUrls[type])?.replace(/\/+$/, '') ?? null;
}
