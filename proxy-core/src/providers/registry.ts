// What upstreams speak: one folder a provider type, one line here.
import { anthropicProvider } from './anthropic/anthropic-provider.ts';
import { demoProvider } from './demo/demo-provider.ts';
import { openaiCompatibleProvider } from './openai-compatible/openai-compatible-provider.ts';
import { openaiProvider } from './openai/openai-provider.ts';
import type { ProviderType } from './provider-type.ts';

export const providerTypes = {
  openai: openaiProvider,
  anthropic: anthropicProvider,
  'openai-compatible': openaiCompatibleProvider,
  demo: demoProvider,
} as const satisfies Readonly<Record<string, ProviderType>>;
