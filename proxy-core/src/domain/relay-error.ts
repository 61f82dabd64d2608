import { errorCatalogue, type ErrorCode } from '../contract/error-codes.ts';

/** Facts that the answer to the client needs beyond the code. */
export interface RelayErrorOptions {
  readonly cause?: unknown;
  /** Seconds for `retry-after`. */
  readonly retryAfterSeconds?: number;
}

/**
 * Every failure that RelayCore raises. `message` is for people, never for code: it says what to do,
 * and holds neither prompts nor credentials, because it goes to the client and to the log.
 */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, message: string, options: RelayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get isRetryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }
}
