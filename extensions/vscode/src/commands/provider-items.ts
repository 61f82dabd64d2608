// What a list of providers shows to the one who chooses.
import type { ProviderInfo } from '@relaycore/proxy-core/contract/bridge';

export interface ProviderItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly provider: ProviderInfo;
}

/** Those that take a key, the ones without one first. */
export function providersForKeys(providers: readonly ProviderInfo[]): readonly ProviderItem[] {
  return providers
    .filter(({ needsKey, baseUrl }) => needsKey && baseUrl !== null)
    .toSorted((one, other) => Number(one.hasKey) - Number(other.hasKey))
    .map(itemOf);
}

/** Those that can be asked, the ones with a key first. */
export function providersToTest(providers: readonly ProviderInfo[]): readonly ProviderItem[] {
  return providers
    .filter(({ isEnabled }) => isEnabled)
    .toSorted((one, other) => rank(one) - rank(other))
    .map(itemOf);
}

function rank({ needsKey, hasKey }: ProviderInfo): number {
  return needsKey && !hasKey ? 1 : 0;
}

function itemOf(provider: ProviderInfo): ProviderItem {
  const { id, baseUrl } = provider;
  return { label: id, description: keyState(provider), detail: baseUrl ?? 'Built in', provider };
}

function keyState({ needsKey, hasKey, isEnabled }: ProviderInfo): string {
  const key = hasKey ? 'has a key' : needsKey ? 'no key' : 'needs no key';
  return isEnabled ? key : `${key}, switched off`;
}
