import type { DialectId } from '../contract/names.ts';
import type { FlatHeaders, Transport } from './upstream.ts';

/** A configured provider, ready to be spoken to. */
export interface Provider {
  /** The key in `providers:` of the configuration. */
  readonly id: string;
  readonly type: string;
  /** Dialects that this provider speaks natively. */
  readonly dialects: readonly DialectId[];
  /** Whether a request without any credential may go there (demo, local servers without a key). */
  readonly needsCredential: boolean;
  /** The provider in the price tables, null where prices are not looked up by provider. */
  readonly priceProviderId: string | null;
  /** Cost is 0 by declaration: nothing is billed (demo). */
  readonly isFree: boolean;
  /** Models that the configuration or the provider itself declares; empty where unknown. */
  readonly models: readonly string[];
  readonly transport: Transport;
  /** The path on the provider for a canonical path such as `/v1/chat/completions?x=y`. */
  pathFor(canonicalPath: string): string;
  /** `host` of the base URL, as it stands in the request. */
  readonly host: string;
  /** The stored credential as headers of this provider; empty where none is stored. */
  credentialHeaders(): FlatHeaders;
  readonly hasStoredCredential: boolean;
}
