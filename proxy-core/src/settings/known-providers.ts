// The providers that need no `type`, and what is known of each. Data only.

export const providerTypes = ['openai', 'anthropic', 'openai-compatible', 'demo'] as const;
export type ProviderType = (typeof providerTypes)[number];

/** Where a provider of this type is reached unless `baseUrl` says otherwise; null: nowhere. */
export const defaultBaseUrls: Readonly<Record<ProviderType, string | null>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  'openai-compatible': null,
  demo: null,
};

/** Providers that are there without a word in `config.yaml`. */
export const builtInProviders: Readonly<Record<string, object>> = {
  openai: {},
  anthropic: {},
  demo: {},
};

/**
 * Environment variables that hold the key of the provider with this id, by the names that the
 * providers' own tools use. The first that is set counts; `apiKey: {env: …}` takes precedence.
 */
export const keyVariables: Readonly<Record<string, readonly string[]>> = {
  openai: ['OPENAI_API_KEY'],
  anthropic: ['ANTHROPIC_API_KEY'],
  gemini: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  mistral: ['MISTRAL_API_KEY'],
  groq: ['GROQ_API_KEY'],
  openrouter: ['OPENROUTER_API_KEY'],
  deepseek: ['DEEPSEEK_API_KEY'],
  xai: ['XAI_API_KEY'],
};
