// A provider inside the process: no key, no network, nothing billed. It shows the whole way of a
// request in both dialects, and says in every answer that it is a demo.
import type { ProviderType } from '../provider-type.ts';
import { demoModels } from './demo-models.ts';
import { createDemoTransport } from './demo-transport.ts';

export const demoProvider: ProviderType = {
  type: 'demo',
  dialects: ['openai', 'anthropic'],
  defaultBaseUrl: null,
  createProvider(dependencies, options) {
    return {
      id: options.id,
      type: 'demo',
      dialects: ['openai', 'anthropic'],
      needsCredential: false,
      priceProviderId: null,
      isFree: true,
      models: [...new Set([...demoModels, ...options.models])],
      transport: createDemoTransport({ clock: dependencies.clock }, { models: options.models }),
      pathFor: (canonicalPath) => canonicalPath,
      host: 'demo',
      credentialHeaders: () => [],
      hasStoredCredential: false,
    };
  },
};
