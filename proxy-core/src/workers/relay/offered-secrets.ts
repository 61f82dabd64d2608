// Provider keys out of the IDEs' secret storages: in memory only, each bound to the address that its
// provider had when it was offered, the newest offer of an account winning.
import type { SecretOffer, SecretVerdict } from '../../contract/bridge/settings-calls.ts';
import { cacheKeyOffer } from '../../contract/names.ts';
import { SecretString } from '../../platform/redact/secret-string.ts';

const maxHeld = 500;
const cacheKeyBytes = 32;

export interface OfferedSecrets {
  /** One verdict an offer, in their order. */
  offer(offers: readonly SecretOffer[]): SecretVerdict[];
  /** The newest of the provider's keys that were given for where it is reached now. */
  keyOf(provider: string): SecretString | null;
  /** What cached answers are encrypted with on disk; null where no IDE has offered a key for that. */
  cacheSecret(): Uint8Array | null;
  /** Calls back after offers that changed something; returns how to stop it. */
  onChange(listener: () => void): () => void;
  /** All offers in effect and all removals, with the addresses that they are bound to. */
  held(): readonly SecretOffer[];
}

export interface OfferedSecretsDependencies {
  /** Without a slash at its end; null where no such provider is configured, or it needs no network. */
  baseUrlOf(provider: string): string | null;
}

interface Held {
  readonly provider: string;
  readonly account: string;
  readonly updatedAt: number;
  /** Null: it was removed, which an older offer of another IDE must not undo. */
  readonly key: SecretString | null;
  /** Null for what belongs to no provider. */
  readonly boundTo: string | null;
}

export function createOfferedSecrets(
  dependencies: OfferedSecretsDependencies,
  initial: readonly SecretOffer[],
): OfferedSecrets {
  return new Secrets(dependencies, initial);
}

class Secrets implements OfferedSecrets {
  readonly #baseUrlOf: (provider: string) => string | null;
  /** By provider and account. */
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();

  constructor({ baseUrlOf }: OfferedSecretsDependencies, initial: readonly SecretOffer[]) {
    this.#baseUrlOf = baseUrlOf;
    for (const offer of initial) {
      const boundTo = this.#addressOf(offer);
      // What is bound to another address by now stays so, else its next offer would be bound anew.
      if (boundTo !== null || isCacheKey(offer)) this.#hold(offer, boundTo);
    }
  }

  offer(offers: readonly SecretOffer[]): SecretVerdict[] {
    let hasChanged = false;
    const verdicts = offers.map((offer) => {
      const { provider, account } = offer;
      const before = this.#held.get(idOf(offer));
      const { outcome, reason } = this.#take(offer, before);
      hasChanged ||= this.#held.get(idOf(offer)) !== before;
      return { provider, account, outcome, reason };
    });
    if (hasChanged) for (const listener of this.#listeners) listener();
    return verdicts;
  }

  keyOf(provider: string): SecretString | null {
    const baseUrl = this.#baseUrlOf(provider);
    if (baseUrl === null) return null;
    const [newest] = [...this.#held.values()]
      .filter((held) => held.provider === provider && held.boundTo === baseUrl)
      .filter(({ key }) => key !== null)
      .toSorted((one, other) => other.updatedAt - one.updatedAt);
    return newest?.key ?? null;
  }

  cacheSecret(): Uint8Array | null {
    const key = this.#held.get(idOf(cacheKeyOffer))?.key ?? null;
    return key === null ? null : decodeCacheKey(key.reveal());
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  held(): readonly SecretOffer[] {
    return [...this.#held.values()].map(({ provider, account, updatedAt, key, boundTo }) => ({
      provider,
      account,
      updatedAt,
      key: key?.reveal() ?? null,
      ...(boundTo === null ? {} : { baseUrl: boundTo }),
    }));
  }

  #take(offer: SecretOffer, known: Held | undefined): Pick<SecretVerdict, 'outcome' | 'reason'> {
    const { key, updatedAt } = offer;
    if (known !== undefined && known.updatedAt > updatedAt) {
      return { outcome: 'older', reason: null };
    }
    // The very same offer again, after a reconnect: it stays bound to what it was given for.
    const isRepeated = known?.updatedAt === updatedAt && known.key?.reveal() === key?.trim();
    const boundTo = isRepeated ? known.boundTo : this.#addressOf(offer);
    const reason = this.#mistake(offer, boundTo);
    if (reason !== null) return { outcome: 'refused', reason };
    if (known === undefined && this.#held.size >= maxHeld) {
      return { outcome: 'refused', reason: 'More keys are held than RelayCore has room for.' };
    }
    if (!isRepeated) this.#hold(offer, boundTo);
    return { outcome: key === null ? 'removed' : 'held', reason: null };
  }

  #hold(offer: SecretOffer, boundTo: string | null): void {
    const { provider, account, updatedAt } = offer;
    // Surrounding blanks and line feeds come from a clipboard, never from a key.
    const key = offer.key === null ? null : new SecretString(offer.key.trim());
    this.#held.set(idOf(offer), { provider, account, updatedAt, key, boundTo });
  }

  #addressOf({ provider, baseUrl }: SecretOffer): string | null {
    return baseUrl === undefined ? this.#baseUrlOf(provider) : baseUrl.replace(/\/+$/, '');
  }

  /** Why the key cannot be used, and what to do; null where it can. */
  #mistake(offer: SecretOffer, boundTo: string | null): string | null {
    const { provider, key } = offer;
    if (key === null) return null;
    if (isCacheKey(offer)) {
      if (decodeCacheKey(key).length === cacheKeyBytes) return null;
      return 'The key of the cache has to be 32 bytes in base64.';
    }
    const current = this.#baseUrlOf(provider);
    if (current === null) {
      return `No provider ${provider} that takes a key is configured; name it in config.yaml.`;
    }
    if (boundTo === current) return null;
    return `The key of ${provider} was given for ${boundTo}, but the provider is reached at ${current} now. Enter the key again if it may go there.`;
  }
}

function idOf({ provider, account }: Pick<SecretOffer, 'provider' | 'account'>): string {
  return JSON.stringify([provider, account]);
}

function isCacheKey({ provider, account }: SecretOffer): boolean {
  return provider === cacheKeyOffer.provider && account === cacheKeyOffer.account;
}

function decodeCacheKey(key: string): Uint8Array {
  return new Uint8Array(Buffer.from(key, 'base64'));
}
