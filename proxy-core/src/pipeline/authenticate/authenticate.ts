// Who is calling. What the client presents decides (DESIGN 6.1); nothing that begins like a
// RelayCore token is ever forwarded, and a provider's credential is never swapped for a stored one.
import { createHmac, type KeyObject } from 'node:crypto';
import { clientTokenPrefix } from '../../contract/names.ts';
import type { Caller } from '../../domain/caller.ts';
import { opensProvider, presentedCredentials } from '../../domain/credentials.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { Received } from '../../domain/relay-request.ts';

/** The port to the known client tokens. */
export interface ClientTokenVerifier {
  /** Synchronous, in memory. Null: unknown or revoked. */
  verify(token: string): { readonly id: string; readonly name: string } | null;
}

export interface AuthenticateDependencies {
  readonly tokens: ClientTokenVerifier;
  /** Keys the hash that identifies pass-through clients. */
  readonly identityKey: KeyObject;
}

export type Authenticate = (received: Received) => Caller;

/** Throws `unauthenticated`. */
export function createAuthenticate(dependencies: AuthenticateDependencies): Authenticate {
  const { tokens, identityKey } = dependencies;
  const verify = (token: string): { readonly id: string; readonly name: string } => {
    if (!token.startsWith(clientTokenPrefix)) {
      throw new RelayError(
        'unauthenticated',
        'This is not a client token (rc_c_…). Create one with: relaycore token create NAME',
      );
    }
    const found = tokens.verify(token);
    if (found !== null) return found;
    throw new RelayError(
      'unauthenticated',
      'This RelayCore token is unknown or revoked. Create a new one with: relaycore token create NAME',
    );
  };
  return (received) => {
    const presented = presentedCredentials(received.rawHeaders, received.canonicalPath);
    const { own } = presented;
    if (own !== null) {
      const { id, name } = verify(own);
      return { kind: 'client-token', identity: id, tokenId: id, tokenName: name };
    }
    if (!opensProvider(presented)) throw missing();
    const companion = received.headers['x-relaycore-token'];
    const tokenId = typeof companion === 'string' ? verify(companion).id : null;
    // All of it: providers differ in which of several credentials they read.
    const identity = createHmac('sha256', identityKey)
      .update(JSON.stringify(presented.all))
      .digest('base64url');
    return { kind: 'pass-through', identity: `key-${identity.slice(0, 22)}`, tokenId };
  };
}

function missing(): RelayError {
  return new RelayError(
    'unauthenticated',
    'No credential. Send a RelayCore token (relaycore token create NAME) or your provider key as the API key.',
  );
}
