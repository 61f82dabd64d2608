// OpenAI itself, or a gateway in front of it: the base URL includes `/v1`.
import { parseBaseUrl, pathInPlaceOfV1 } from '../base-url.ts';
import { priceProviderByUrl } from '../price-provider.ts';
import type { ProviderType } from '../provider-type.ts';

const defaultBaseUrl = 'https://api.openai.com/v1';

export const openaiProvider: ProviderType = {
  type: 'openai',
  dialects: ['openai'],
  defaultBaseUrl,
  createProvider(dependencies, options) {
    const baseUrl = options.baseUrl ?? defaultBaseUrl;
    const { origin, host, path } = parseBaseUrl(options.id, baseUrl);
    const { apiKey } = options;
    return {
      id: options.id,
      type: 'openai',
      dialects: ['openai'],
      needsCredential: true,
      priceProviderId: priceProviderByUrl(baseUrl) ?? 'openai',
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
