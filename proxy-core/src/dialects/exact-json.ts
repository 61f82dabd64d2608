import { isObject, type JsonObject } from './json-value.ts';

/** What Node has of JSON's source text access, which TypeScript's library does not know yet. */
interface SourceAwareJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON?(text: string): unknown;
}

const json: SourceAwareJson = JSON;

/**
 * Parses a JSON object so that `JSON.stringify` writes every number as it was: an id of 19 digits in
 * a tool's input must not come back rounded. Null where the text is no object, or where the host
 * cannot keep a number that needs it.
 */
export function parseExactly(text: string): JsonObject | null {
  let isExact = true;
  const keepNumber = (
    _key: string,
    value: unknown,
    context?: { readonly source?: string },
  ): unknown => {
    if (typeof value !== 'number') return value;
    const source = context?.source;
    if (source === String(value)) return value;
    if (source !== undefined && json.rawJSON !== undefined) return json.rawJSON(source);
    isExact = false;
    return value;
  };
  try {
    const value = json.parse(text, keepNumber);
    return isObject(value) && isExact ? value : null;
  } catch {
    return null;
  }
}

/** Whether every member of the object is one of these, or null. */
export function hasOnly(object: JsonObject, names: ReadonlySet<string>): boolean {
  return Object.entries(object).every(([name, value]) => value === null || names.has(name));
}

/** The members of these names that the object has, in the order of the names. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => name in object).map((name) => [name, object[name]]),
  );
}
