// Who asks: the holder of the control token, a session of the page, or nobody known.
import { createHash, timingSafeEqual } from 'node:crypto';
import { clientTokenPrefix } from '../../contract/names.ts';

/** `client-token`: of the form that assistants get, which opens the data plane only. */
export type Holder = 'control' | 'session' | 'client-token' | 'unknown' | 'none';

export interface BearerDependencies {
  readonly controlToken: string;
  isSession(token: string): boolean;
}

/** Reads an `Authorization` header. Tokens are compared by hash in constant time. */
export function createBearerReader({
  controlToken,
  isSession,
}: BearerDependencies): (authorization: string | undefined) => Holder {
  const expected = digest(controlToken);
  return (authorization) => {
    if (authorization === undefined) return 'none';
    const token = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token === undefined) return 'unknown';
    // The control token first: its random part may happen to begin like a client token.
    if (timingSafeEqual(digest(token), expected)) return 'control';
    if (isSession(token)) return 'session';
    return token.startsWith(clientTokenPrefix) ? 'client-token' : 'unknown';
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
