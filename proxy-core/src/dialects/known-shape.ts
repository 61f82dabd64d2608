import { hasOnly } from './exact-json.ts';
import { isObject, type JsonObject } from './json-value.ts';

// Never leaves this file: a shape that is not known is an answer (null), not a failure.
class UnknownShapeError extends Error {
  override readonly name = 'UnknownShapeError';
}

/** What `read` gives, or null where it met a shape that it does not know. */
export function ifKnown<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownShapeError) return null;
    throw error;
  }
}

/** Ends the reading that `ifKnown` began. */
export function assertKnown(isKnown: boolean): asserts isKnown {
  if (!isKnown) throw new UnknownShapeError('unknown shape');
}

/** The object, if it has no other members than these (others may be null). */
export function known(value: unknown, members: ReadonlySet<string> | undefined): JsonObject {
  assertKnown(isObject(value) && members !== undefined && hasOnly(value, members));
  return value;
}

export function knownText(value: unknown): string {
  assertKnown(typeof value === 'string');
  return value;
}

export function knownNumber(value: unknown): number {
  assertKnown(typeof value === 'number');
  return value;
}

export function knownList(value: unknown): readonly unknown[] {
  assertKnown(Array.isArray(value));
  return value;
}
