// Puts the layers over one another, validates the outcome, and says of each value whence it comes.
import { basename } from 'node:path';
import { redactText } from '../platform/redact/redact-text.ts';
import { readEnvironmentLayer, type Environment } from './environment-layer.ts';
import { builtInProviders } from './known-providers.ts';
import type { Settings } from './schema.ts';
import { formatPath, type SettingPath } from './setting-path.ts';
import { SettingsError, type SettingsIssue } from './settings-error.ts';
import type { SettingsFile } from './settings-file.ts';
import type { SectionNode } from './setting-tree.ts';
import { depthOf, freezeDeep, isTree, mergeTrees, type Tree } from './tree.ts';
import { validateTree, withoutEmptySettings, type Finding } from './validate-tree.ts';
import { settingsWithoutEffect } from './without-effect.ts';

export type SettingsLayer = 'default' | 'file' | 'environment' | 'runtime';

/** One effective value and whence it comes. */
export interface ExplainedSetting {
  /** Such as `cache.ttlSeconds`. */
  readonly path: string;
  /** Text, a number, a boolean, null, a list, or an empty object. */
  readonly value: unknown;
  readonly layer: SettingsLayer;
  /** `default`, `config.yaml:12:3`, `RELAYCORE_…`, `command line` or `runtime change`. */
  readonly source: string;
}

export interface LayerInputs {
  readonly file: SettingsFile;
  /** null: the environment offers no settings. */
  readonly environment: Environment | null;
  readonly commandLine: Tree;
  readonly runtime: Tree;
}

export interface LayeredSettings {
  readonly settings: Settings;
  /** In the schema's order. */
  explain(): ExplainedSetting[];
  /** Sentences about what has no effect. */
  readonly warnings: readonly string[];
}

interface Layer {
  readonly layer: SettingsLayer;
  readonly tree: Tree;
  place(
    path: SettingPath,
    part: 'name' | 'value',
  ): Pick<SettingsIssue, 'source' | 'line' | 'column'>;
}

/** Throws SettingsError with every issue and its place. */
export function layerSettings(inputs: LayerInputs, tree: SectionNode): LayeredSettings {
  const fileTree = withoutEmptySettings(inputs.file.tree, tree);
  const environment = readEnvironmentLayer(inputs.environment ?? {}, tree, (path) =>
    path[0] === 'providers' ? Object.keys(mergeTrees(builtInProviders, providersOf(fileTree))) : [],
  );
  const file: Layer = {
    layer: 'file',
    tree: fileTree,
    place: (path, part) => ({ source: inputs.file.path, ...inputs.file.locate(path, part) }),
  };
  const layers: readonly Layer[] = [
    { layer: 'runtime', tree: inputs.runtime, place: always('runtime change') },
    { layer: 'runtime', tree: inputs.commandLine, place: always('command line') },
    {
      layer: 'environment',
      tree: environment.tree,
      place: (path) => always(environment.variableOf(path) ?? 'environment')(),
    },
    file,
    { layer: 'default', tree: { providers: builtInProviders }, place: always('default') },
  ];
  const merged = layers.map((each) => each.tree).reduce((upper, lower) => mergeTrees(lower, upper));
  const outcome = validateTree(merged, tree);
  // The file is validated by itself as well: a mistake that another layer hides today would
  // otherwise refuse to start tomorrow.
  const alone = validateTree(fileTree, tree).findings.filter(({ isStructural }) => isStructural);
  const issues = inOrder([
    ...environment.issues,
    ...alone.map((finding) => toIssue(finding, [file])),
    ...outcome.findings.map((finding) => toIssue(finding, layers)),
  ]);
  if (outcome.settings === null || issues.length > 0) throw new SettingsError(issues);
  const settings = freezeDeep(outcome.settings);
  return {
    settings,
    explain: () => [...leavesOf(settings, [])].map((leaf) => explainLeaf(leaf, layers)),
    warnings: [...environment.warnings, ...settingsWithoutEffect(settings)],
  };
}

function providersOf(fileTree: Tree): Tree {
  const providers = fileTree['providers'];
  return isTree(providers) ? providers : {};
}

function always(source: string): () => Pick<SettingsIssue, 'source' | 'line' | 'column'> {
  return () => ({ source, line: null, column: null });
}

/** The layer that leads furthest towards a path, the uppermost of several. */
function ownerOf(
  path: SettingPath,
  layers: readonly Layer[],
): { owner: Layer | undefined; depth: number } {
  const depths = layers.map((each) => depthOf(each.tree, path));
  const depth = Math.max(...depths);
  return { owner: layers[depths.indexOf(depth)], depth };
}

function toIssue(finding: Finding, layers: readonly Layer[]): SettingsIssue {
  const { owner, depth } = ownerOf(finding.path, layers);
  const isThere = depth === finding.path.length;
  const place = owner?.place(finding.path.slice(0, depth), isThere ? finding.part : 'name');
  const path = redactText(formatPath(finding.path));
  const message = redactText(`${path === '' ? 'The configuration' : path} ${finding.message}`);
  return {
    path,
    message: /[.?!]$/.test(message) ? message : `${message}.`,
    ...(place ?? { source: 'default', line: null, column: null }),
  };
}

function inOrder(issues: readonly SettingsIssue[]): SettingsIssue[] {
  const different = [...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()];
  const order = ({ line, column }: SettingsIssue): number => (line ?? 0) * 10_000 + (column ?? 0);
  return different.toSorted((left, right) => order(left) - order(right));
}

interface Leaf {
  readonly path: SettingPath;
  readonly value: unknown;
}

function* leavesOf(value: unknown, path: SettingPath): Generator<Leaf> {
  if (!isTree(value) || Object.keys(value).length === 0) {
    yield { path, value };
    return;
  }
  for (const [name, inner] of Object.entries(value)) yield* leavesOf(inner, [...path, name]);
}

function explainLeaf({ path, value }: Leaf, layers: readonly Layer[]): ExplainedSetting {
  const { owner, depth } = ownerOf(path, layers);
  // An empty record stands in no layer's leaf even where its section is written out.
  if (owner === undefined || depth < path.length || owner.layer === 'default') {
    return { path: formatPath(path), value, layer: 'default', source: 'default' };
  }
  const { source, line, column } = owner.place(path, 'name');
  const shown = line === null ? source : `${basename(source)}:${line}:${column}`;
  return { path: formatPath(path), value, layer: owner.layer, source: shown };
}
