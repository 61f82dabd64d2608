/** Why nothing new can be shown, which decides what the page tells its user to do. */
export type FailureKind =
  /** The page was opened without a ticket. */
  | 'no-ticket'
  /** The ticket was used before, or is too old. */
  | 'ticket-refused'
  /** The session ran out, or the core was started anew. */
  | 'session-ended'
  /** Nobody answers. */
  | 'unreachable'
  /** The core answers that it cannot. */
  | 'refused';

export class CoreFailure extends Error {
  override readonly name = 'CoreFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
