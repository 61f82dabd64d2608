import { RelayError } from '../../domain/relay-error.ts';
import type { ControlDependencies } from '../ports.ts';

/** RelayError `not_found` where there is none of that name or id. */
export async function revokeToken(
  tokens: Pick<ControlDependencies['tokens'], 'revoke'>,
  nameOrId: string,
): Promise<{ revoked: boolean }> {
  if (await tokens.revoke(nameOrId)) return { revoked: true };
  throw new RelayError('not_found', `There is no client token of the name or id ${nameOrId}.`);
}
