// The key that encrypts cached answers on disk travels like the providers' keys. Each IDE has one of its
// own; the newest encrypts, all that are offered decrypt.
import type { KeyRecord, ProviderKeys } from './provider-keys.ts';

/** The contract's `cacheKeyOffer`; the contract itself is not loaded while the editor starts. */
const cacheKeyOffer = { provider: 'relaycore', account: 'cache-key' };
const keyBytes = 32;

/** Makes the key once, before the first offer. */
export async function ensureCacheKey(
  keys: Pick<ProviderKeys, 'list' | 'put'>,
  randomBytes: (count: number) => Uint8Array,
): Promise<void> {
  if ((await keys.list()).some((record) => isCacheKey(record))) return;
  await keys.put({ ...cacheKeyOffer, key: Buffer.from(randomBytes(keyBytes)).toString('base64') });
}

/** It belongs to no provider, and no user has to see it. */
export function isCacheKey({ provider, account }: KeyRecord): boolean {
  return provider === cacheKeyOffer.provider && account === cacheKeyOffer.account;
}
