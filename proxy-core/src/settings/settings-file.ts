// Reads config.yaml and keeps where each value stands in it.
import { readFile } from 'node:fs/promises';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';
import { redactText } from '../platform/redact/redact-text.ts';
import { SettingsError, type SettingsIssue } from './settings-error.ts';
import type { SettingPath } from './setting-path.ts';
import { isTree, type Tree } from './tree.ts';

const maxFileBytes = 1024 * 1024;

/** In the file, from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/** A configuration file without mistakes of syntax; its values are not validated yet. */
export interface SettingsFile {
  readonly path: string;
  /** null where there is no file, which counts as an empty one. */
  readonly text: string | null;
  readonly tree: Tree;
  /** Where the value at `path`, or its name, stands; the nearest section around it if it is missing. */
  locate(path: SettingPath, part: 'name' | 'value'): FilePosition;
}

/** Throws SettingsError: unreadable, too large, not UTF-8, or not one YAML mapping. */
export async function readSettingsFile(path: string, mustExist: boolean): Promise<SettingsFile> {
  const bytes = await readBytes(path, mustExist);
  if (bytes === null) return { path, text: null, tree: {}, locate: () => ({ line: 1, column: 1 }) };
  if (bytes.length > maxFileBytes) throw fileError(path, 'The configuration file is over 1 MiB.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fileError(path, 'The configuration file is not UTF-8 text.', cause);
  }
  return parseSettingsFile(path, text);
}

/** Throws SettingsError with every mistake of syntax and its position. */
export function parseSettingsFile(path: string, text: string): SettingsFile {
  const lineCounter = new LineCounter();
  const document = parseSettingsDocument(text, lineCounter);
  const position = (offset: number): FilePosition => {
    const { line, col } = lineCounter.linePos(offset);
    // Before the first line feed, and in an empty file, the counter gives 0.
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const issueAt = (offset: number, message: string): SettingsIssue => {
    return { path: '', message, ...position(offset), source: path };
  };
  if (document.errors.length > 0) {
    const issues = document.errors.map((error) => issueAt(error.pos[0], syntaxMessage(error)));
    throw new SettingsError(withoutRepeats(issues));
  }
  const lost = offsetOfLostAlias(document);
  if (lost !== null) {
    throw new SettingsError([issueAt(lost, 'This alias names no anchor that stands before it.')]);
  }
  const tree = toPlainData(document, (message) => new SettingsError([issueAt(0, message)]));
  if (!isTree(tree)) {
    throw new SettingsError([
      issueAt(0, 'The file must hold sections of settings, such as `server:`.'),
    ]);
  }
  return {
    path,
    text,
    tree,
    locate: (settingPath, part) => position(offsetOf(document, settingPath, part)),
  };
}

/** The document as RelayCore reads it everywhere: all names are text, `<<` has no meaning. */
export function parseSettingsDocument(text: string, lineCounter?: LineCounter): Document.Parsed {
  return parseDocument(text, {
    prettyErrors: false,
    stringKeys: true,
    ...(lineCounter === undefined ? {} : { lineCounter }),
  });
}

async function readBytes(path: string, mustExist: boolean): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' && !mustExist) return null;
    throw fileError(path, readFailure(code), error);
  }
}

function readFailure(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'There is no such file.';
    case 'EISDIR':
      return 'This is a folder, not a configuration file.';
    case 'EACCES':
    case 'EPERM':
      return 'The configuration file may not be read; correct its permissions.';
    default:
      return `The configuration file cannot be read (${code}).`;
  }
}

function fileError(path: string, message: string, cause?: unknown): SettingsError {
  return new SettingsError([{ path: '', message, line: null, column: null, source: path }], {
    cause,
  });
}

/** One bracket too many makes the library say the same of the same place for each that is open. */
function withoutRepeats(issues: readonly SettingsIssue[]): SettingsIssue[] {
  const byText = issues.map((issue) => [JSON.stringify(issue), issue] as const);
  return [...new Map(byText).values()];
}

// The library's messages may quote a word of the file.
function syntaxMessage(error: { readonly code: string; readonly message: string }): string {
  switch (error.code) {
    case 'MULTIPLE_DOCS':
      return 'The file holds a second document; take out the `---` line.';
    case 'DUPLICATE_KEY':
      return 'This name stands here for the second time in one section.';
    default: {
      const message = redactText(error.message).trim();
      return message.endsWith('.') ? message : `${message}.`;
    }
  }
}

function toPlainData(document: Document.Parsed, fail: (message: string) => SettingsError): unknown {
  try {
    const data: unknown = document.toJS({ maxAliasCount: 100 });
    return data ?? {};
  } catch (error) {
    // Aliases that multiply without end.
    throw fail(redactText(error instanceof Error ? error.message : String(error)));
  }
}

/** The library would say it without the place, and with the name. */
function offsetOfLostAlias(document: Document.Parsed): number | null {
  let offset: number | null = null;
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      offset = startOf(alias) ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function offsetOf(document: Document.Parsed, path: SettingPath, part: 'name' | 'value'): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      const isLast = index === path.length - 1;
      if (isLast && part === 'value') offset = startOf(pair.value) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | null {
  const isNode = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
  return isNode ? (node.range?.[0] ?? null) : null;
}
