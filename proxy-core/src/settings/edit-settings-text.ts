// Puts a change into the text of config.yaml and leaves everything else as the user wrote it.
import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, stringify, type Document } from 'yaml';
import { editInPlace, type Edit } from './edit-in-place.ts';
import { SettingsError } from './settings-error.ts';
import { parseSettingsDocument } from './settings-file.ts';
import { applyPatch, isTree, type Tree } from './tree.ts';

const newFileHeader = '# Configuration of RelayCore. Changes take effect within a second.\n\n';

/**
 * The text with `change` in it; null in the change takes a setting out. Values that exist are
 * replaced where they stand and new ones put below their neighbours; only what cannot be done so
 * is left to the YAML library, which keeps comments but may change blanks. Throws SettingsError
 * where the file says it in a way that cannot be edited (aliases).
 */
export function editSettingsText(
  file: { readonly path: string; readonly text: string | null },
  change: Tree,
): string {
  const { text } = file;
  if (text === null || text.trim() === '') {
    return newFileHeader + stringify(applyPatch({}, change), { lineWidth: 0 });
  }
  const edits = [...editsOf(change, [])];
  const expected = applyPatch(treeOf(parseSettingsDocument(text)), change);
  for (const edited of [editInPlace(text, edits), editDocument(text, edits)]) {
    if (edited !== null && isOutcome(edited, expected)) return edited;
  }
  const message = 'This change cannot be written into the file; make it by hand.';
  throw new SettingsError([{ path: '', message, line: null, column: null, source: file.path }]);
}

function* editsOf(change: Tree, path: readonly string[]): Generator<Edit> {
  for (const [name, value] of Object.entries(change)) {
    const inner = [...path, name];
    if (isTree(value) && Object.keys(value).length > 0) yield* editsOf(value, inner);
    else yield { path: inner, value };
  }
}

function treeOf(document: Document.Parsed): Tree {
  const data: unknown = document.toJS();
  return isTree(data) ? data : {};
}

function isOutcome(text: string, expected: Tree): boolean {
  const document = parseSettingsDocument(text);
  if (document.errors.length > 0) return false;
  return isDeepStrictEqual(withoutEmptyTrees(treeOf(document)), withoutEmptyTrees(expected));
}

// `cache:` without anything below it means the same as `cache: {}`.
function withoutEmptyTrees(value: unknown): unknown {
  if (!isTree(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, withoutEmptyTrees(inner)]);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** The edits through the YAML library; null where they lead through an alias. */
function editDocument(text: string, edits: readonly Edit[]): string | null {
  const document = parseSettingsDocument(text);
  try {
    for (const { path, value } of edits) {
      const isSection = isMap(document.getIn(path, true));
      if (value === null) {
        document.deleteIn(path);
      } else if (!isTree(value) || !isSection) {
        makeRoom(document, path);
        document.setIn(path, isTree(value) ? document.createNode(value) : value);
      }
    }
  } catch {
    return null;
  }
  const indent = /^( {1,8})\S/m.exec(text)?.[1]?.length ?? 2;
  return document.toString({ lineWidth: 0, indent });
}

// What is no section, such as `server:` with nothing below it, makes room for one.
function makeRoom(document: Document.Parsed, path: readonly string[]): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const parent = path.slice(0, depth);
    const node: unknown = document.getIn(parent, true);
    if (isScalar(node) || isSeq(node)) document.setIn(parent, document.createNode({}));
  }
}
