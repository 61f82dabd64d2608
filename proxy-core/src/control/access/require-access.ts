import type { MiddlewareHandler } from 'hono';
import { RelayError } from '../../domain/relay-error.ts';
import type { Access, ControlEnvironment } from '../http/endpoint.ts';
import type { Holder } from './bearer.ts';

export interface AccessDependencies {
  readHolder(authorization: string | undefined): Holder;
  refuseSlowly(refusal: RelayError): Promise<never>;
}

/** Lets a request through to endpoints of this access, or ends it with 401 or 403. */
export function requireAccess(
  { readHolder, refuseSlowly }: AccessDependencies,
  access: Access,
): MiddlewareHandler<ControlEnvironment> {
  return async (context, next) => {
    const holder = readHolder(context.req.header('authorization'));
    switch (holder) {
      case 'control':
        break;
      case 'session':
        if (access === 'control') throw new RelayError('forbidden', sessionRefusal);
        break;
      case 'none':
        if (access !== 'public') throw new RelayError('unauthenticated', missingToken);
        break;
      case 'client-token':
        throw new RelayError('forbidden', clientTokenRefusal);
      case 'unknown':
        return refuseSlowly(new RelayError('unauthenticated', wrongToken));
    }
    context.set('isTrusted', holder !== 'none');
    return next();
  };
}

const sessionRefusal =
  'A session of the page may look and clear the cache. This needs the control token: use the command line or an IDE.';
const missingToken =
  'The control plane needs `Authorization: Bearer` with the control token, which is in the file `token` of the data folder.';
const wrongToken =
  'This token is not the control token of the running core, or the session of the page has ended. Run `relaycore ui` for a new one.';
const clientTokenRefusal =
  'A client token (rc_c_…) opens the model endpoints only, not the control plane.';
