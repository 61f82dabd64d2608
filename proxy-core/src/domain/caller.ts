// Who sent a request, and on whose behalf.

/** The presented credential decides; see DESIGN 6.1 "Who may do what". */
export type Caller =
  | {
      readonly kind: 'client-token';
      /** Identity for cache and limits: the token's id. */
      readonly identity: string;
      readonly tokenId: string;
      readonly tokenName: string;
    }
  | {
      readonly kind: 'pass-through';
      /** Identity for cache and limits: a keyed hash of the provider's credential. */
      readonly identity: string;
      /** The id of the RelayCore token in `x-relaycore-token`, where the client sent one. */
      readonly tokenId: string | null;
    };

/** Where the request comes from, as far as it tells; each is a label, none is a proof. */
export interface Attribution {
  readonly assistant: string | null;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly session: string | null;
  readonly user: string | null;
  /** `key=value` pairs joined by commas, as sent in `x-relaycore-tag`. */
  readonly tags: string | null;
}
