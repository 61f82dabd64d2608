// The one place where a transport's fault gets a code of the catalogue and a sentence that says what
// to check.
import type { ErrorCode } from '../contract/error-codes.ts';
import { RelayError } from '../domain/relay-error.ts';

/** What the sentence names. */
export interface FaultyProvider {
  readonly id: string;
  readonly host: string;
}

interface Explanation {
  readonly code: ErrorCode;
  /** Continues "Provider "openai" (api.openai.com) …". */
  readonly sentence: string;
}

const cut: Explanation = {
  code: 'upstream_unreachable',
  sentence: 'closed the connection before its answer was complete. Send the request again.',
};
const noRoute: Explanation = {
  code: 'upstream_unreachable',
  sentence: 'cannot be reached from this machine. Check the network, a VPN or a firewall.',
};
const unknownName: Explanation = {
  code: 'upstream_unreachable',
  sentence: 'could not be found: its name does not resolve. Check baseUrl and the network.',
};
const tooSlow: Explanation = {
  code: 'upstream_timeout',
  sentence: 'did not accept the connection in time. Check baseUrl, the network or a firewall.',
};
const notHttp: Explanation = {
  code: 'upstream_invalid',
  sentence: 'answered with something that is not valid HTTP. Check the port and path of baseUrl.',
};
const notTls: Explanation = {
  code: 'upstream_unreachable',
  sentence: 'did not complete the TLS handshake. Check whether baseUrl should begin with http://.',
};
const untrusted: Explanation = {
  code: 'upstream_unreachable',
  sentence:
    'has a certificate that this machine does not trust. Behind a company proxy, set NODE_EXTRA_CA_CERTS to its certificate.',
};
const stopping: Explanation = {
  code: 'shutting_down',
  sentence: 'was being taken out of service. Send the request again.',
};

const byCode: ReadonlyMap<string, Explanation> = new Map([
  [
    'ECONNREFUSED',
    {
      code: 'upstream_unreachable',
      sentence: 'refused the connection. Check that it runs and that baseUrl has the right port.',
    },
  ],
  ['ENOTFOUND', unknownName],
  ['EAI_AGAIN', unknownName],
  ['EAI_FAIL', unknownName],
  ['ENODATA', unknownName],
  ['ECONNRESET', cut],
  ['ECONNABORTED', cut],
  ['EPIPE', cut],
  ['UND_ERR_SOCKET', cut],
  ['EHOSTUNREACH', noRoute],
  ['EHOSTDOWN', noRoute],
  ['ENETUNREACH', noRoute],
  ['ENETDOWN', noRoute],
  ['EADDRNOTAVAIL', noRoute],
  ['EACCES', noRoute],
  ['EPERM', noRoute],
  ['ETIMEDOUT', tooSlow],
  ['UND_ERR_CONNECT_TIMEOUT', tooSlow],
  ['UND_ERR_HEADERS_TIMEOUT', tooSlow],
  ['UND_ERR_BODY_TIMEOUT', tooSlow],
  ['EPROTO', notTls],
  // undici's parser gives its errors a name and no code, and asserts that nobody upgrades unasked.
  ['HTTPParserError', notHttp],
  ['ERR_ASSERTION', notHttp],
  ['UND_ERR_HEADERS_OVERFLOW', notHttp],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', notHttp],
  ['UND_ERR_DESTROYED', stopping],
  ['UND_ERR_CLOSED', stopping],
]);

/** Families of codes, in order. */
const byPattern: readonly (readonly [RegExp, Explanation])[] = [
  [/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)|^HOSTNAME_MISMATCH$/, untrusted],
  [/^(ERR_SSL_|ERR_TLS_)/, notTls],
  [/^(HPE_|ERR_HTTP)/, notHttp],
];

const maxCauses = 4;

/**
 * The error's code, or its cause's, decides; no message of it is passed on, because transports quote
 * headers and addresses. A fault without a known code is RelayCore's own: `internal`.
 */
export function classifyUpstreamError(error: Error, provider: FaultyProvider): RelayError {
  const found = explain(error, maxCauses);
  if (found === null) {
    return new RelayError('internal', 'A fault in RelayCore; its log has the details.', {
      cause: error,
    });
  }
  const { code, sentence } = found.explanation;
  const message = `Provider "${provider.id}" (${provider.host}) ${sentence} [${found.code}]`;
  return new RelayError(code, message, { cause: error });
}

function explain(
  error: unknown,
  depth: number,
): { readonly code: string; readonly explanation: Explanation } | null {
  if (!(error instanceof Error) || depth === 0) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const explanation =
    byCode.get(code) ?? byPattern.find(([pattern]) => pattern.test(code))?.[1] ?? null;
  if (explanation !== null) return { code, explanation };
  // Several addresses tried in vain come as one error around theirs.
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const cause of [error.cause, ...inner]) {
    const found = explain(cause, depth - 1);
    if (found !== null) return found;
  }
  return null;
}
