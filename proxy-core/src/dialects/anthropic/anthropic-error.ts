import { errorCatalogue } from '../../contract/error-codes.ts';
import type { EncodedError } from '../../domain/dialect.ts';
import type { RelayError } from '../../domain/relay-error.ts';
import { errorHeaders } from '../error-headers.ts';

/**
 * The SDKs choose the error's class by status; `error.type` is a closed list, so that RelayCore's
 * code stands in the message.
 */
export function encodeAnthropicError(error: RelayError, requestId: string): EncodedError {
  return {
    status: error.status,
    headers: errorHeaders(error, requestId),
    body: JSON.stringify({
      type: 'error',
      error: {
        type: errorCatalogue[error.code].anthropicType,
        message: `${error.message} (RelayCore: ${error.code})`,
      },
      request_id: requestId,
    }),
  };
}
