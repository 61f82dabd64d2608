// The exact key: a keyed hash over who asks, where it would go, and the raw bytes. `stream` and
// `stream_options` are cut out, because a stored answer replays in either form.
import { createHash, hash } from 'node:crypto';
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

/** Up to here one copy and one call cost less than a hash object. */
const maxCopiedBytes = 16 * 1024;

/**
 * 64 hexadecimal digits: SHA-256 over the secret and the parts. Nothing is authenticated by it, so
 * that HMAC's second pass would buy nothing. Entries of different callers, accounts or workspaces
 * never meet.
 */
export function cacheKeyOf(request: RelayRequest, candidate: Candidate, hashKey: Buffer): string {
  const { received, caller, scanned } = request;
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
  const parts = [
    hashKey,
    Buffer.from(`${JSON.stringify(scope)}\n`),
    ...(scanned?.partsWithout(formMembers) ?? []),
  ];
  if ((received.body?.length ?? 0) <= maxCopiedBytes) {
    return hash('sha256', Buffer.concat(parts), 'hex');
  }
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}
