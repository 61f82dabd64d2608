/** One server-sent event as the readers see it. */
export interface StreamEvent {
  /** The exact bytes, the blank line included where it came; a view that is not to be kept. */
  readonly raw: Buffer;
  /** The `event:` name, `''` where there is none. */
  readonly event: string;
  /** The joined `data:` lines. Decoded when asked for. */
  readonly data: string;
  /** Whether the raw bytes contain this ASCII text; cheaper than decoding. */
  contains(ascii: string): boolean;
}
