import { isCollection, isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import { parseSettingsDocument } from './settings-file.ts';
import { isTree } from './tree.ts';
import { blockText, endOf, endOfPair, entryText, inlineText, isNothing } from './yaml-text.ts';

/** One setting to write; null takes it out. */
export interface Edit {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** What is to be replaced by what, by offsets in the text. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with values replaced, inserted and taken out, and not one other character changed;
 * null where that is not possible. The caller checks the outcome.
 */
export function editInPlace(text: string, edits: readonly Edit[]): string | null {
  let result = text;
  for (const edit of edits) {
    const root = parseSettingsDocument(result).contents;
    const splice = isMap(root) ? findSplice(result, root, edit) : append(result, edit);
    if (splice === null) return null;
    result = result.slice(0, splice.start) + splice.text + result.slice(splice.end);
  }
  return result;
}

function findSplice(text: string, root: YAMLMap, edit: Edit): Splice | null {
  let map = root;
  for (const [index, name] of edit.path.entries()) {
    const rest = edit.path.slice(index + 1);
    const pair = map.items.find(({ key }) => isScalar(key) && key.value === name);
    if (pair === undefined) return insert(text, map, { path: [name, ...rest], value: edit.value });
    if (rest.length === 0 && edit.value === null) return takeOut(text, map, pair);
    if (rest.length === 0) return replace(text, pair, edit.value);
    // What is not there need not be taken out.
    if (edit.value === null && !isMap(pair.value)) return nothing;
    if (isNothing(pair.value)) return fill(text, pair, nest(rest, edit.value));
    if (!isMap(pair.value)) return null;
    map = pair.value;
  }
  return null;
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, name) => ({ [name]: inner }), value);
}

const nothing: Splice = { start: 0, end: 0, text: '' };

/** The first entry of a file that holds nothing but comments. */
function append(text: string, { path, value }: Edit): Splice {
  if (value === null) return nothing;
  return below(text, text.length, blockText(nest(path, value), '', lineFeedOf(text)));
}

/** A new entry below the last one of its section, indented as the first, or before the `}`. */
function insert(text: string, map: YAMLMap, { path, value }: Edit): Splice | null {
  if (value === null) return nothing;
  const [name = '', ...rest] = path;
  const last = map.items.at(-1);
  const end = last === undefined ? null : endOfPair(last);
  if (map.flow === true) {
    const entry = entryText(name, nest(rest, value));
    if (last === undefined) return at((map.range?.[0] ?? 0) + 1, ` ${entry} `);
    return end === null ? null : at(end, `, ${entry}`);
  }
  const indent = indentOf(text, map.items[0]?.key);
  if (end === null || indent === null) return null;
  return below(text, end, indent + blockText(nest(path, value), indent, lineFeedOf(text)));
}

/** Another value for an entry that has one. */
function replace(text: string, pair: Pair, value: unknown): Splice | null {
  const { value: node } = pair;
  // An empty section asks for no more than that there is one.
  if (isMap(node) && isTree(value)) return nothing;
  if (isNothing(node)) return fill(text, pair, value);
  const isBlock = isCollection(node) && node.flow !== true;
  if (!(isScalar(node) || isCollection(node)) || !node.range) return null;
  const [start] = node.range;
  let end = endOf(node);
  if (end === null) return null;
  // Block text (`>`, `|`) holds the line feed behind it.
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end -= 1;
  if (!isBlock || !Array.isArray(value)) return { start, end, text: inlineText(value) };
  const indent = text.slice(lineStartOf(text, start), start);
  return { start, end, text: blockText(value, indent, lineFeedOf(text)) };
}

/** A value for an entry that is there without one; comments below it stay below. */
function fill(text: string, pair: Pair, value: unknown): Splice | null {
  const end = endOf(pair.key);
  const colon = end === null ? -1 : text.indexOf(':', end);
  if (colon < 0) return null;
  const indent = indentOf(text, pair.key);
  if (typeof value !== 'object' || indent === null) return at(colon + 1, ` ${inlineText(value)}`);
  return below(text, colon, `${indent}  ${blockText(value, `${indent}  `, lineFeedOf(text))}`);
}

function takeOut(text: string, map: YAMLMap, pair: Pair): Splice | null {
  const start = startOf(pair.key);
  const end = endOfPair(pair);
  if (start === null || end === null) return null;
  if (map.flow !== true) {
    const indent = indentOf(text, pair.key);
    return indent === null
      ? null
      : { start: start - indent.length, end: nextLineOf(text, end), text: '' };
  }
  const index = map.items.indexOf(pair);
  const next = startOf(map.items[index + 1]?.key);
  if (next !== null) return { start, end: next, text: '' };
  const previous = map.items[index - 1];
  return { start: (previous === undefined ? null : endOfPair(previous)) ?? start, end, text: '' };
}

function at(position: number, text: string): Splice {
  return { start: position, end: position, text };
}

/** New lines after the one in which `position` stands. */
function below(text: string, position: number, lines: string): Splice {
  const lineFeed = lineFeedOf(text);
  const lineEnd = nextLineOf(text, position);
  const isOpen = text[lineEnd - 1] !== '\n';
  return at(lineEnd, isOpen ? lineFeed + lines : lines + lineFeed);
}

function nextLineOf(text: string, position: number): number {
  // Block text ends behind its own line feed.
  if (text[position - 1] === '\n') return position;
  const lineFeed = text.indexOf('\n', position);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}

function lineFeedOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function lineStartOf(text: string, position: number): number {
  return text.lastIndexOf('\n', position - 1) + 1;
}

/** The blanks before a name; null where it does not begin its line. */
function indentOf(text: string, key: unknown): string | null {
  const start = startOf(key);
  if (start === null) return null;
  const before = text.slice(start === 0 ? 0 : lineStartOf(text, start), start);
  return before.trim() === '' ? before : null;
}

function startOf(node: unknown): number | null {
  return isScalar(node) ? (node.range?.[0] ?? null) : null;
}
