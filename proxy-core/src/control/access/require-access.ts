import type { MiddlewareHandler } from 'hono';
import { RelayError } from '../../domain/relay-error.ts';
import type { Access, ControlEnvironment } from '../http/endpoint.ts';
import { admitHolder, missingToken, type ControlGate } from './control-gate.ts';

/** Lets a request through to endpoints of this access, or ends it with 401 or 403. */
export function requireAccess(
  gate: Pick<ControlGate, 'readHolder' | 'refuseSlowly'>,
  access: Access,
): MiddlewareHandler<ControlEnvironment> {
  return async (context, next) => {
    const holder = await admitHolder(gate, context.req.header('authorization'));
    if (holder === 'none' && access !== 'public') {
      throw new RelayError('unauthenticated', missingToken);
    }
    if (holder === 'session' && access === 'control') {
      throw new RelayError('forbidden', sessionRefusal);
    }
    context.set('isTrusted', holder !== 'none');
    return next();
  };
}

const sessionRefusal =
  'A session of the page may look and clear the cache. This needs the control token: use the command line or an IDE.';
