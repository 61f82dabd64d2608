import { errorCatalogue } from '../../contract/error-codes.ts';
import type { EncodedError } from '../../domain/dialect.ts';
import type { RelayError } from '../../domain/relay-error.ts';
import { errorHeaders } from '../error-headers.ts';

/** The SDKs choose the error's class by status and show `error.message`, `code` and `type`. */
export function encodeOpenaiError(error: RelayError, requestId: string): EncodedError {
  return {
    status: error.status,
    headers: errorHeaders(error, requestId),
    body: JSON.stringify({
      error: {
        message: error.message,
        type: errorCatalogue[error.code].openaiType,
        param: null,
        code: error.code,
      },
    }),
  };
}
