import type { SecretStore } from '../provider-keys.ts';

export interface MemorySecrets extends SecretStore {
  readonly values: Map<string, string>;
}

/** The secret storage of an IDE, as far as keys need it. */
export function createMemorySecrets(): MemorySecrets {
  const values = new Map<string, string>();
  const listeners = new Set<(event: { readonly key: string }) => void>();
  return {
    values,
    get: async (name) => values.get(name),
    async store(name, value) {
      values.set(name, value);
      for (const listener of listeners) listener({ key: name });
    },
    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
