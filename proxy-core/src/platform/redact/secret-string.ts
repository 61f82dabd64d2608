import { inspect } from 'node:util';

const shown = '[secret]';

/**
 * A secret that cannot be printed by accident: string conversion, JSON, `util.inspect` and
 * structured cloning all give something else than the value. Only `reveal()` gives it.
 */
export class SecretString {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it only where the secret is put to use. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
