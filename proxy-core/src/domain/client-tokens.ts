// Tokens that RelayCore hands to assistants: they open the data plane and nothing else.

/** What may be shown of a client token; the token itself is known only where it was created. */
export interface ClientToken {
  /** Stable identity for cache, limits and ledger: `ct_…`. */
  readonly id: string;
  /** Unique, 1 to 64 printable characters. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** A token at the one moment when it can be read. */
export interface CreatedClientToken extends ClientToken {
  /** `rc_c_` and 32 random bytes in base64url. */
  readonly token: string;
}

export interface ClientTokens {
  /** On every request's way: synchronous, from memory. Null where the token is unknown or revoked. */
  verify(token: string): { readonly id: string; readonly name: string } | null;
  /** In order of creation. */
  list(): readonly ClientToken[];
  /** RelayError `bad_request` for a bad name, `conflict` for one in use, `storage_failed`. */
  create(name: string): Promise<CreatedClientToken>;
  /** False where there is none of that name or id. In effect when it resolves; `storage_failed`. */
  revoke(nameOrId: string): Promise<boolean>;
  /** Takes over what others wrote to the medium. Never rejects: on a fault the last good state stays. */
  reload(): Promise<void>;
}
