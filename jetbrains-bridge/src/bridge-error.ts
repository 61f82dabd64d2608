import { errorCatalogue, type ErrorCode } from '@relaycore/proxy-core/contract';

/** A failure on a client's side of the bridge, or one that the core answered with. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: ErrorCode;
  /** Whether the very same call may succeed later. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = errorCatalogue[code].retryable;
  }
}

/** A core of another version may know codes that this one does not. */
export function errorCodeOf(code: string): ErrorCode {
  return isErrorCode(code) ? code : 'internal';
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
