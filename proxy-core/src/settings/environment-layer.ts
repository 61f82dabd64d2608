// Environment variables as a layer of the configuration: RELAYCORE_SERVER__PORT is server.port.
import { nearestName } from './nearest-name.ts';
import { toUpperSnake, variableName, type SettingPath } from './setting-path.ts';
import type { SettingsIssue } from './settings-error.ts';
import type { SectionNode, SettingNode, ValueNode } from './setting-tree.ts';
import { pathsOf } from './suggest-setting.ts';
import { isTree, mergeTrees, type Tree } from './tree.ts';

const prefix = 'RELAYCORE_';
/** RelayCore's variables that are no settings. */
const otherVariables = new Set(['RELAYCORE_HOME']);

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentLayer {
  readonly tree: Tree;
  /** The variable that sets the value at `path`; null where none does. */
  variableOf(path: SettingPath): string | null;
  /** Variables that look like settings but are none, as sentences. */
  readonly warnings: readonly string[];
  /** Values that cannot be read as the type of their setting. */
  readonly issues: readonly SettingsIssue[];
}

/** `knownIds`: entries of records below a path, since `MY_LAB` may stand for `my-lab` or `my.lab`. */
export function readEnvironmentLayer(
  environment: Environment,
  tree: SectionNode,
  knownIds: (record: SettingPath) => readonly string[],
): EnvironmentLayer {
  const found: { name: string; path: SettingPath; value: unknown }[] = [];
  const warnings: string[] = [];
  const issues: SettingsIssue[] = [];
  for (const name of Object.keys(environment).toSorted()) {
    const text = environment[name]?.trim() ?? '';
    // An empty variable is how shells and compose files say "not set".
    if (!name.startsWith(prefix) || otherVariables.has(name) || text === '') continue;
    const target = resolveVariable(name, tree, knownIds);
    if (target === null) {
      if (looksLikeSetting(name, tree)) warnings.push(unknownVariable(name, tree));
      continue;
    }
    const coerced = coerce(text, target);
    if (coerced.isValid) found.push({ name, path: target.path, value: coerced.value });
    else issues.push(badValue(name, coerced.expected));
  }
  return {
    tree: found.reduce<Tree>((sum, { path, value }) => mergeTrees(sum, nest(path, value)), {}),
    variableOf: (path) => {
      const isAbove = (above: SettingPath): boolean =>
        above.every((step, index) => step === path[index]);
      return found.findLast((each) => isAbove(each.path))?.name ?? null;
    },
    warnings,
    issues,
  };
}

interface Target {
  readonly node: SettingNode;
  readonly path: SettingPath;
}

function resolveVariable(
  name: string,
  tree: SectionNode,
  knownIds: (record: SettingPath) => readonly string[],
): Target | null {
  let target: Target = { node: tree, path: [] };
  for (const segment of name.slice(prefix.length).split('__')) {
    const { node, path } = target;
    if (node.kind === 'section') {
      const field = [...node.fields].find(([each]) => toUpperSnake(each) === segment);
      if (field === undefined) return null;
      target = { node: field[1], path: [...path, field[0]] };
    } else if (node.kind === 'record' && segment !== '') {
      const known = knownIds(path).find((id) => toUpperSnake(id) === segment);
      const id = known ?? segment.toLowerCase().replaceAll('_', '-');
      target = { node: node.entry, path: [...path, id] };
    } else {
      return null;
    }
  }
  return target;
}

type Coerced =
  | { readonly isValid: true; readonly value: unknown }
  | { readonly isValid: false; readonly expected: string };

function coerce(text: string, { node, path }: Target): Coerced {
  switch (node.kind) {
    case 'value':
      return coerceValue(text, node);
    case 'list': {
      if (!text.startsWith('[') && node.item.kind === 'value') {
        return {
          isValid: true,
          value: text
            .split(',')
            .map((item) => item.trim())
            .filter(Boolean),
        };
      }
      const value = parseJson(text);
      return Array.isArray(value)
        ? { isValid: true, value }
        : { isValid: false, expected: 'a list as JSON' };
    }
    case 'record':
    case 'section': {
      const value = parseJson(text);
      if (isTree(value)) return { isValid: true, value };
      const [, first] = pathsOf(node, path);
      const instead =
        first === undefined
          ? ''
          : `; single settings are set by ${variableName(first)} and its like`;
      return { isValid: false, expected: `an object as JSON${instead}` };
    }
  }
}

function coerceValue(text: string, node: ValueNode): Coerced {
  if (node.choices.includes(text)) return { isValid: true, value: text };
  if (node.types.includes('boolean')) {
    const word = text.toLowerCase();
    if (['true', '1', 'yes', 'on'].includes(word)) return { isValid: true, value: true };
    if (['false', '0', 'no', 'off'].includes(word)) return { isValid: true, value: false };
    return { isValid: false, expected: 'true or false' };
  }
  if (node.types.includes('integer') || node.types.includes('number')) {
    // The bounds, and whether it must be whole, are the schema's to check.
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
      ? { isValid: true, value: Number(text) }
      : { isValid: false, expected: ['a number', ...node.choices].join(' or ') };
  }
  return { isValid: true, value: text };
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function nest(path: SettingPath, value: unknown): Tree {
  const nested = path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  return isTree(nested) ? nested : {};
}

// `RELAYCORE_SERVER_PORT`, with one underscore too few, is the likeliest mistake.
function looksLikeSetting(name: string, tree: SectionNode): boolean {
  const rest = name.slice(prefix.length);
  return (
    rest.includes('__') ||
    [...tree.fields.keys()].some((each) => rest.startsWith(`${toUpperSnake(each)}_`))
  );
}

function unknownVariable(name: string, tree: SectionNode): string {
  const names = [...pathsOf(tree, [])].map(variableName);
  const squeeze = (each: string): string => each.replaceAll('__', '_');
  const nearest = names.find((each) => squeeze(each) === squeeze(name)) ?? nearestName(name, names);
  return `${name} is not a setting and has no effect${nearest === null ? '.' : `; did you mean ${nearest}?`}`;
}

function badValue(name: string, expected: string): SettingsIssue {
  return {
    path: '',
    message: `${name} must be ${expected}.`,
    line: null,
    column: null,
    source: name,
  };
}
