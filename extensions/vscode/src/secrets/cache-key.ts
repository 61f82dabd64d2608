// The key that encrypts cached answers on disk travels like the providers' keys. Each IDE has one of its
// own; of several that are offered the newest counts (docs/decisions/008).
import type { KeyRecord, ProviderKeys } from './provider-keys.ts';

/** The contract's `cacheKeyOffer`; the contract itself is not loaded while the editor starts. */
const cacheKeyOffer = { provider: 'relaycore', account: 'cache-key' };
const keyBytes = 32;

/** Makes the key once, before the first offer. */
async function ensureCacheKey(
  keys: Pick<ProviderKeys, 'list' | 'put'>,
  randomBytes: (count: number) => Uint8Array,
): Promise<void> {
  if ((await keys.list()).some((record) => isCacheKey(record))) return;
  await keys.put({ ...cacheKeyOffer, key: Buffer.from(randomBytes(keyBytes)).toString('base64') });
}

/** The keys as they are offered to a core: the cache's is among them from the first time on. */
export function withCacheKey(
  keys: Pick<ProviderKeys, 'list' | 'put' | 'onChange'>,
  randomBytes: (count: number) => Uint8Array,
): Pick<ProviderKeys, 'list' | 'onChange'> {
  let ensured: Promise<void> | null = null;
  return {
    async list() {
      ensured ??= ensureCacheKey(keys, randomBytes);
      try {
        await ensured;
      } catch (error) {
        // A storage that is locked now may be open the next time; the user's keys depend on it.
        ensured = null;
        throw error;
      }
      return keys.list();
    },
    onChange: keys.onChange,
  };
}

/** It belongs to no provider, and no user has to see it. */
export function isCacheKey({ provider, account }: KeyRecord): boolean {
  return provider === cacheKeyOffer.provider && account === cacheKeyOffer.account;
}
