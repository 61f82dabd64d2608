import type { SecretOffer } from '../contract/bridge/settings-calls.ts';

/** The keys that this process's own IDE has offered, for the moment when this process leads. */
export interface OfferedKeys {
  add(offers: readonly SecretOffer[]): void;
  all(): readonly SecretOffer[];
}

export function createOfferedKeys(): OfferedKeys {
  const byAccount = new Map<string, SecretOffer>();
  return {
    add(offers) {
      for (const offer of offers) {
        const id = JSON.stringify([offer.provider, offer.account]);
        const known = byAccount.get(id);
        if (known === undefined || known.updatedAt <= offer.updatedAt) byAccount.set(id, offer);
      }
    },
    all: () => [...byAccount.values()],
  };
}
