// The request as it goes upstream: the client's own bytes and headers, less what concerns only this
// hop or RelayCore, with the stored credential in place of the client's where it has a token.
import { clientTokenPrefix } from '../../contract/names.ts';
import { isCredentialHeader, withoutQueryKey } from '../../domain/credentials.ts';
import { headerValue } from '../../domain/headers.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';
import type { Provider } from '../../domain/provider.ts';
import type { FlatHeaders, UpstreamRequest } from '../../domain/upstream.ts';

/** Connection headers of RFC 9110 7.6.1, and those that the client library sets by itself. */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
]);

export interface OutgoingOptions {
  /** Add `stream_options.include_usage`. */
  readonly asksForUsage: boolean;
  /** The answer has to come uncompressed, because something in it will change. */
  readonly isSpliced: boolean;
}

export function outgoingRequest(
  request: RelayRequest,
  candidate: Candidate,
  options: OutgoingOptions,
): UpstreamRequest {
  const { received } = request;
  const usesStored = candidate.credential === 'stored';
  const path = usesStored ? withoutQueryKey(received.canonicalPath) : received.canonicalPath;
  const body = options.asksForUsage ? bodyAskingForUsage(request) : received.rawBody;
  const isRewritten = body !== received.rawBody;
  const dropped = namedByConnection(received.headers['connection']);
  const headers: string[] = [];
  for (let i = 0; i < received.rawHeaders.length; i += 2) {
    const name = received.rawHeaders[i] ?? '';
    const lower = name.toLowerCase();
    if (hopHeaders.has(lower) || isOwnHeader(lower) || dropped?.has(lower)) continue;
    if (usesStored && isCredentialHeader(lower)) continue;
    if (options.isSpliced && lower === 'accept-encoding') continue;
    if (isRewritten && lower === 'content-encoding') continue;
    const value = received.rawHeaders[i + 1] ?? '';
    refuseOwnToken(value);
    headers.push(name, value);
  }
  refuseOwnToken(path);
  if (options.isSpliced) headers.push('accept-encoding', 'identity');
  if (usesStored) headers.push(...storedCredential(candidate.provider));
  return { method: received.method, path: candidate.provider.pathFor(path), headers, body };
}

/** A key with a line break or a letter beyond latin1 can have been stored by a slip only. */
function storedCredential(provider: Provider): FlatHeaders {
  const headers = provider.credentialHeaders();
  if (headers.every((text) => /^[\x20-\x7e\x80-\xff]*$/.test(text))) return headers;
  throw new RelayError(
    'no_provider',
    `The stored key of provider "${provider.id}" has characters that no HTTP header can carry. Store it again.`,
  );
}

/** The provider's headers for the client. `isSpliced`: the length changes on the way. */
export function answerHeaders(headers: FlatHeaders, isSpliced: boolean): string[] {
  const kept: string[] = [];
  const dropped = namedByConnection(headerValue(headers, 'connection') ?? undefined);
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const lower = name.toLowerCase();
    if (hopHeaders.has(lower) && lower !== 'content-length') continue;
    if (isOwnHeader(lower) || dropped?.has(lower)) continue;
    if (lower === 'content-length' && isSpliced) continue;
    kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

/** The last line: wherever a client put a RelayCore token, no provider gets to see it. */
function refuseOwnToken(text: string): void {
  if (!text.includes(clientTokenPrefix)) return;
  throw new RelayError(
    'bad_request',
    'A RelayCore token stands where the provider would read it. Send it as the API key only.',
  );
}

function isOwnHeader(lower: string): boolean {
  return lower.startsWith('x-relaycore-') || lower.startsWith('x-aihub-');
}

/** Headers that the client declared to be for this hop only; null in the usual case. */
function namedByConnection(value: string | string[] | undefined): ReadonlySet<string> | null {
  if (typeof value !== 'string' || value.length === 0) return null;
  const lower = value.toLowerCase();
  if (lower === 'keep-alive' || lower === 'close') return null;
  return new Set(lower.split(',').map((name) => name.trim()));
}

function bodyAskingForUsage(request: RelayRequest): Buffer | null {
  const { scanned, received } = request;
  if (scanned === null) return received.rawBody;
  const options = scanned.read('stream_options');
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  return scanned.withMember('stream_options', {
    ...(isObject ? options : {}),
    include_usage: true,
  });
}
