import { SecretString } from '../platform/redact/secret-string.ts';
import type { Environment } from './environment-layer.ts';
import { keyVariables } from './known-providers.ts';
import type { Settings } from './schema.ts';

/**
 * The stored keys by provider id: from the variable that `apiKey: {env: …}` names, else from the
 * one that the provider's own tools use, such as `OPENAI_API_KEY`. Providers without a key are
 * absent.
 */
export function readStoredKeys(
  environment: Environment,
  settings: Settings,
): Map<string, SecretString> {
  const keys = new Map<string, SecretString>();
  for (const [id, provider] of Object.entries(settings.providers)) {
    const ownVariables = Object.hasOwn(keyVariables, id) ? (keyVariables[id] ?? []) : [];
    const variables = provider.apiKey === null ? ownVariables : [provider.apiKey.env];
    // Surrounding blanks and line feeds come from files and shells, never from a key.
    const key = variables
      .map((name) => environment[name]?.trim() ?? '')
      .find((each) => each !== '');
    if (key !== undefined) keys.set(id, new SecretString(key));
  }
  return keys;
}
