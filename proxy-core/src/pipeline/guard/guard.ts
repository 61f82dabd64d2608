// Keeps secrets out of outgoing prompts. A pass-through until its rules are here: whatever they do,
// they take a request and give a request, or throw `secret_blocked`.
import type { RelayRequest } from '../../domain/relay-request.ts';

export type Guard = (request: RelayRequest) => RelayRequest | Promise<RelayRequest>;

export function createGuard(): Guard {
  return (request) => request;
}
