// Any server that speaks OpenAI's dialect, on this machine or elsewhere, with or without a key.
import { parseBaseUrl, pathInPlaceOfV1 } from '../base-url.ts';
import { priceProviderByUrl } from '../price-provider.ts';
import type { ProviderType } from '../provider-type.ts';

export const openaiCompatibleProvider: ProviderType = {
  type: 'openai-compatible',
  dialects: ['openai'],
  defaultBaseUrl: null,
  createProvider(dependencies, options) {
    const { origin, host, path } = parseBaseUrl(options.id, options.baseUrl);
    const { apiKey } = options;
    return {
      id: options.id,
      type: 'openai-compatible',
      dialects: ['openai'],
      needsCredential: apiKey !== null,
      priceProviderId: priceProviderByUrl(options.baseUrl ?? ''),
      isFree: false,
      models: options.models,
      transport: dependencies.createTransport(origin),
      pathFor: (canonicalPath) => pathInPlaceOfV1(path, canonicalPath),
      host,
      credentialHeaders: () => (apiKey === null ? [] : ['authorization', `Bearer ${apiKey()}`]),
      hasStoredCredential: apiKey !== null,
    };
  },
};
