/** Why a text was refused. None of these words comes from the text itself. */
export type JsonScanReason =
  | 'not an object'
  | 'unexpected end'
  | 'unexpected character'
  | 'control character in a string'
  | 'invalid escape'
  | 'text after the object'
  | 'nested too deeply';

/**
 * The text is not one JSON object. `offset` counts bytes from 0. The message holds the reason and
 * the offset only, never a piece of the text: prompts must not reach logs or error responses.
 */
export class JsonScanError extends Error {
  readonly offset: number;
  readonly reason: JsonScanReason;
  // Private, so that nothing that prints an error's properties prints the body.
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, offset: number, reason: JsonScanReason) {
    super(`${reason} at byte ${offset}`);
    this.name = 'JsonScanError';
    this.offset = offset;
    this.reason = reason;
    this.#bytes = bytes;
  }

  /** Line and column, both from 1; a column is a character, not a byte. Counted when asked for. */
  get position(): { line: number; column: number } {
    let line = 1;
    let column = 1;
    for (const byte of this.#bytes.subarray(0, this.offset)) {
      if (byte === 0x0a) {
        line++;
        column = 1;
      } else if ((byte & 0xc0) !== 0x80) {
        column++;
      }
    }
    return { line, column };
  }
}
