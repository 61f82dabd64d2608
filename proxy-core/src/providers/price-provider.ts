import { findProvider } from '@pydantic/genai-prices';

/**
 * The provider of the price tables that this base URL belongs to, null where it is none of them: a
 * server of one's own is not billed like the one whose model names it borrows.
 */
export function priceProviderByUrl(baseUrl: string): string | null {
  return findProvider({ providerApiUrl: baseUrl })?.id ?? null;
}
