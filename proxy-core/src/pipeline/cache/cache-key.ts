// The exact key: a keyed hash over who asks, where it would go, and the raw bytes. `stream` and
// `stream_options` are cut out, because a stored answer replays in either form.
import { createHmac, type KeyObject } from 'node:crypto';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';

const formMembers = ['stream', 'stream_options'];

/** Headers that change what the provider answers. */
const answerHeaders = [
  'anthropic-version',
  'anthropic-beta',
  'openai-beta',
  'openai-organization',
  'openai-project',
];

/** 64 hexadecimal digits. Entries of different callers, accounts or workspaces never meet. */
export function cacheKeyOf(
  request: RelayRequest,
  candidate: Candidate,
  hashKey: KeyObject,
): string {
  const { received, caller, scanned } = request;
  const hmac = createHmac('sha256', hashKey);
  // JSON keeps the borders between the parts: no two lists of parts give the same text.
  const scope = [
    caller.identity,
    candidate.provider.id,
    candidate.provider.host,
    candidate.account,
    received.workspace,
    received.dialect.id,
    received.canonicalPath,
    answerHeaders.map((name) => received.headers[name] ?? null),
  ];
  hmac.update(`${JSON.stringify(scope)}\n`);
  for (const part of scanned?.partsWithout(formMembers) ?? []) hmac.update(part);
  return hmac.digest('hex');
}
