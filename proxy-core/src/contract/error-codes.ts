// The one catalogue of failures. Every error that RelayCore itself raises has a code in this table;
// docs/reference/errors.md is generated from it and a test compares the two.

/** What a client can learn from a code alone. `status` is the HTTP status of the answer. */
export interface ErrorDefinition {
  readonly status: number;
  /** Whether the very same request may succeed later without the user changing anything. */
  readonly retryable: boolean;
  /** `error.type` in OpenAI's error body. */
  readonly openaiType: string;
  /** `error.type` in Anthropic's error body. */
  readonly anthropicType: string;
  /** What happened and what to do, for the reference page. */
  readonly meaning: string;
}

export const errorCatalogue = {
  bad_request: {
    status: 400,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'The request is malformed. The message says where; correct it and send it again.',
  },
  no_provider: {
    status: 400,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'No configured provider can serve this model. The message names what to configure.',
  },
  secret_blocked: {
    status: 400,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'The prompt holds a secret and the guard is set to block. Take the secret out.',
  },
  unauthenticated: {
    status: 401,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'authentication_error',
    meaning:
      'No credential was presented, or a RelayCore token that is unknown or revoked. Create one with `relaycore token create NAME`.',
  },
  forbidden: {
    status: 403,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'permission_error',
    meaning:
      'The Host or Origin of the request is not allowed, or the token may not do this. Use http://127.0.0.1 and no browser page of another origin.',
  },
  not_found: {
    status: 404,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'not_found_error',
    meaning: 'There is nothing at this path.',
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'The path exists but not with this method.',
  },
  conflict: {
    status: 409,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'What was to be created exists already, or the state has changed meanwhile.',
  },
  body_too_large: {
    status: 413,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'request_too_large',
    meaning: 'The body is over `server.bodyLimitMb`, counted after decompression.',
  },
  upgrade_required: {
    status: 426,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'WebSocket is not spoken on this path. Use plain HTTP.',
  },
  headers_too_large: {
    status: 431,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'The request headers are over 64 KiB together.',
  },
  request_timeout: {
    status: 408,
    retryable: true,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'The request did not arrive whole in time.',
  },
  budget_exceeded: {
    status: 429,
    retryable: false,
    openaiType: 'insufficient_quota',
    anthropicType: 'billing_error',
    meaning: 'A budget is used up. Raise it, or wait for the next period.',
  },
  rate_limited: {
    status: 429,
    retryable: true,
    openaiType: 'rate_limit_error',
    anthropicType: 'rate_limit_error',
    meaning: 'This client sends more than its limit. Wait for `retry-after`.',
  },
  internal: {
    status: 500,
    retryable: false,
    openaiType: 'server_error',
    anthropicType: 'api_error',
    meaning: 'A fault in RelayCore. The log has the details under the request id.',
  },
  upstream_unreachable: {
    status: 502,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'api_error',
    meaning: 'The provider could not be reached, or cut the connection before it answered.',
  },
  upstream_invalid: {
    status: 502,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'api_error',
    meaning: 'The provider answered with something that is not HTTP or not what was asked for.',
  },
  provider_refused: {
    status: 400,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning:
      'The provider refused a call that came over the bridge: its key, the model or the content. The message holds the provider’s own words.',
  },
  provider_failed: {
    status: 502,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'api_error',
    meaning:
      'The provider failed at a call that came over the bridge, or broke its answer off. Send it again.',
  },
  cache_miss: {
    status: 504,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'The request asked for `x-relaycore-cache: only` and the cache has no answer.',
  },
  queue_full: {
    status: 503,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'overloaded_error',
    meaning: 'Too many requests or bytes are in flight. Wait for `retry-after`.',
  },
  circuit_open: {
    status: 503,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'overloaded_error',
    meaning: 'The provider failed repeatedly and is left alone for a while.',
  },
  shutting_down: {
    status: 503,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'overloaded_error',
    meaning: 'RelayCore is stopping or restarting. Send the request again.',
  },
  upstream_timeout: {
    status: 504,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'api_error',
    meaning: 'The provider sent nothing for longer than `upstream.idleTimeoutMs`.',
  },
  bad_config: {
    status: 400,
    retryable: false,
    openaiType: 'invalid_request_error',
    anthropicType: 'invalid_request_error',
    meaning: 'The configuration is invalid. The message names file, line and column.',
  },
  storage_failed: {
    status: 503,
    retryable: true,
    openaiType: 'server_error',
    anthropicType: 'api_error',
    meaning: 'The data folder cannot be read or written. Requests go on; see the log.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof errorCatalogue;
