// Pieces of YAML text to put between what the user wrote.
import { isCollection, isMap, isScalar, parse, stringify } from 'yaml';

/** A value on one line. Double quotes mean the same in every place, inside `{…}` too. */
export function inlineText(value: unknown): string {
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inlineText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([name, inner]) => entryText(name, inner));
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** `name: value` on one line. */
export function entryText(name: string, value: unknown): string {
  return `${isPlain(name) ? name : JSON.stringify(name)}: ${inlineText(value)}`;
}

/** A value on lines of its own, all but the first with `indent` in front; no line feed at the end. */
export function blockText(value: unknown, indent: string, lineFeed: string): string {
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.join(lineFeed + indent);
}

// Plain text is asked to be simple enough for every place, and to be read as text.
function isPlain(value: string): boolean {
  const isSimple = /^[A-Za-z0-9](?:[A-Za-z0-9_./-]|:(?=[A-Za-z0-9_/-]))*$/.test(value);
  return isSimple && parse(value) === value;
}

/** Where the last value in a node ends, before blanks and comments; null for nothing. */
export function endOf(node: unknown): number | null {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    return last === undefined ? null : endOfPair(last);
  }
  if (isCollection(node) && node.flow !== true) return endOf(node.items.at(-1));
  return isScalar(node) || isCollection(node) ? (node.range?.[1] ?? null) : null;
}

/** Where an entry of a section ends: its value, or the colon where there is none. */
export function endOfPair(pair: {
  readonly key: unknown;
  readonly value?: unknown;
}): number | null {
  return isNothing(pair.value) ? endOf(pair.key) : (endOf(pair.value) ?? endOf(pair.key));
}

/** Whether no text stands for the value: `port:` and then the end of the line. */
export function isNothing(node: unknown): boolean {
  if (node === null || node === undefined) return true;
  return isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1];
}
