// The exact key: a keyed hash over who asks, where it would go, and the raw bytes. `stream` and
// `stream_options` are cut out, because a stored answer replays in either form.
import { createHash, hash } from 'node:crypto';
import type { Received, RelayRequest, ScannedBody } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';

const formMembers = ['stream', 'stream_options'];

/** Headers that do not choose the answer: transport, tracing, who the client is (hashed elsewhere). */
const indifferentHeaders: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'keep-alive', 'content-length', 'content-type', 'content-encoding'],
  ...['transfer-encoding', 'expect', 'te', 'upgrade', 'date', 'user-agent', 'origin', 'referer'],
  ...['accept', 'accept-encoding', 'accept-language', 'authorization', 'x-api-key', 'api-key'],
  ...['x-goog-api-key', 'proxy-authorization', 'cookie', 'traceparent', 'tracestate', 'baggage'],
  ...['x-request-id', 'x-client-request-id', 'idempotency-key', 'session-id', 'session_id'],
  ...['x-session-id', 'thread-id', 'x-app', 'priority', 'cache-control', 'pragma'],
]);
const indifferentPrefixes = [
  'x-relaycore-',
  'x-aihub-',
  'x-stainless-',
  'sec-',
  'x-claude-code-',
  'x-codex-',
];

function isIndifferent(name: string): boolean {
  for (const prefix of indifferentPrefixes) if (name.startsWith(prefix)) return true;
  return false;
}

/** Everything else that is forwarded may be an option of the provider: names and values, as sent. */
function answerHeaders({ rawHeaders }: Received): readonly string[] {
  const chosen: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (indifferentHeaders.has(name)) continue;
    if (isIndifferent(name)) continue;
    chosen.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return chosen.length > 1 ? chosen.toSorted() : chosen;
}

/** `stream_options` less what only concerns the form: the rest changes the chunks. */
function streamOptions(scanned: ScannedBody | null): object | null {
  const options = scanned?.read('stream_options');
  if (typeof options !== 'object' || options === null) return null;
  const rest: Record<string, unknown> = { ...options };
  delete rest['include_usage'];
  return Object.keys(rest).length === 0 ? null : rest;
}

/** Up to here one copy and one call cost less than a hash object. */
const maxCopiedBytes = 16 * 1024;

/**
 * 64 hexadecimal digits: SHA-256 over the secret and the parts. Nothing is authenticated by it, so
 * that HMAC's second pass would buy nothing. Entries of different callers, accounts or workspaces
 * never meet.
 */
export function cacheKeyOf(request: RelayRequest, candidate: Candidate, hashKey: Buffer): string {
  const { received, caller, scanned } = request;
  // Line by line, because none of it can hold a line end: all but the workspace were header values,
  // paths or settings. So no two lists of parts give the same text.
  const lines = [
    caller.identity,
    candidate.provider.id,
    candidate.provider.host,
    JSON.stringify(received.workspace),
    received.dialect.id,
    candidate.provider.pathFor(received.canonicalPath),
    JSON.stringify(streamOptions(scanned)),
    // Another key may be another organisation; the hash is keyed, so that it tells nothing of it.
    candidate.credential === 'stored'
      ? candidate.provider.credentialHeaders().join(' ')
      : candidate.account,
    ...answerHeaders(received),
  ];
  const parts = [
    hashKey,
    Buffer.from(`${lines.join('\n')}\n\n`),
    ...(scanned?.partsWithout(formMembers) ?? []),
  ];
  if ((received.body?.length ?? 0) <= maxCopiedBytes) {
    return hash('sha256', Buffer.concat(parts), 'hex');
  }
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}
