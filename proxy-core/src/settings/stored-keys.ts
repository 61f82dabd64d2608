import { SecretString } from '../platform/redact/secret-string.ts';
import type { Environment } from './environment-layer.ts';
import { keyVariables } from './known-providers.ts';
import type { Settings } from './schema.ts';

/** A key that an IDE has offered for a provider; null where there is none. */
export type OfferedKey = (providerId: string) => SecretString | null;

/**
 * The stored keys by provider id: from the variable that `apiKey: {env: …}` names; else what an IDE
 * has offered out of its secret storage; else from the variable that the provider's own tools use,
 * such as `OPENAI_API_KEY`. Providers without a key are absent.
 */
export function readStoredKeys(
  environment: Environment,
  settings: Settings,
  offeredKey: OfferedKey = () => null,
): Map<string, SecretString> {
  const keys = new Map<string, SecretString>();
  for (const [id, provider] of Object.entries(settings.providers)) {
    const named = provider.apiKey === null ? [] : [provider.apiKey.env];
    const usual = Object.hasOwn(keyVariables, id) ? (keyVariables[id] ?? []) : [];
    const key =
      readKey(environment, named) ??
      offeredKey(id) ??
      // Who names a variable does not mean another one.
      (provider.apiKey === null ? readKey(environment, usual) : null);
    if (key !== null) keys.set(id, key);
  }
  return keys;
}

/** Of the first variable that is set. */
function readKey(environment: Environment, variables: readonly string[]): SecretString | null {
  // Surrounding blanks and line feeds come from files and shells, never from a key.
  const key = variables.map((name) => environment[name]?.trim() ?? '').find((each) => each !== '');
  return key === undefined ? null : new SecretString(key);
}
