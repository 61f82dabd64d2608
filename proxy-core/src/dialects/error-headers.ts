import type { RelayError } from '../domain/relay-error.ts';

/** The headers of RelayCore's own errors, flat, the same in every dialect. */
export function errorHeaders(error: RelayError, requestId: string): readonly string[] {
  const headers = [
    'content-type',
    'application/json',
    'x-relaycore-error',
    error.code,
    'x-relaycore-request-id',
    requestId,
  ];
  // The SDKs of both providers obey this header before they look at the status. Without it Claude
  // Code repeats a 401 for over a minute, and every SDK retries 429 and 5xx whose cause stays.
  if (!error.isRetryable) headers.push('x-should-retry', 'false');
  if (error.retryAfterSeconds !== null) {
    headers.push('retry-after', String(Math.max(0, Math.ceil(error.retryAfterSeconds))));
  }
  return headers;
}
