// Anthropic itself, or a gateway in front of it: the base URL has no `/v1`.
import type { FlatHeaders } from '../../domain/upstream.ts';
import { parseBaseUrl, pathInPlaceOfV1 } from '../base-url.ts';
import { priceProviderByUrl } from '../price-provider.ts';
import type { ProviderType } from '../provider-type.ts';

const defaultBaseUrl = 'https://api.anthropic.com';

export const anthropicProvider: ProviderType = {
  type: 'anthropic',
  dialects: ['anthropic'],
  defaultBaseUrl,
  createProvider(dependencies, options) {
    const baseUrl = options.baseUrl ?? defaultBaseUrl;
    const { origin, host, path } = parseBaseUrl(options.id, baseUrl);
    const { apiKey } = options;
    return {
      id: options.id,
      type: 'anthropic',
      dialects: ['anthropic'],
      needsCredential: true,
      priceProviderId: priceProviderByUrl(baseUrl) ?? 'anthropic',
      isFree: false,
      models: options.models,
      transport: dependencies.createTransport(origin),
      pathFor: (canonicalPath) => pathBelow(path, canonicalPath),
      host,
      credentialHeaders: () => (apiKey === null ? [] : credentialOf(apiKey())),
      hasStoredCredential: apiKey !== null,
    };
  },
};

/** A base URL that ends in `/v1` is a common slip, and can only have been meant as without it. */
function pathBelow(basePath: string, canonicalPath: string): string {
  if (basePath.endsWith('/v1')) return pathInPlaceOfV1(basePath, canonicalPath);
  return `${basePath}${canonicalPath}`;
}

/** OAuth tokens (`sk-ant-oat…`) are refused as an API key. */
function credentialOf(key: string): FlatHeaders {
  return key.startsWith('sk-ant-oat') ? ['authorization', `Bearer ${key}`] : ['x-api-key', key];
}
