import { isDeepStrictEqual } from 'node:util';
import type { ExplainedSetting } from './layers.ts';
import { formatPath, type SettingPath } from './setting-path.ts';
import { isTree, type Tree } from './tree.ts';

/** Paths whose effective values differ, those included that only one side has. */
export function changedPaths(
  before: readonly ExplainedSetting[],
  after: readonly ExplainedSetting[],
): string[] {
  const valuesBefore = new Map(before.map(({ path, value }) => [path, value]));
  const valuesAfter = new Map(after.map(({ path, value }) => [path, value]));
  const paths = new Set([...valuesBefore.keys(), ...valuesAfter.keys()]);
  return [...paths].filter(
    (path) => !isDeepStrictEqual(valuesBefore.get(path), valuesAfter.get(path)),
  );
}

/** Of what a change of the file set, the values that a layer above the file overrides. */
export function overriddenSettings(
  change: Tree,
  explained: readonly ExplainedSetting[],
): ExplainedSetting[] {
  const paths = [...leafPaths(change, [])];
  return explained.filter(({ path, layer }) => {
    const isAboveFile = layer === 'environment' || layer === 'runtime';
    return isAboveFile && paths.some((each) => path === each || path.startsWith(`${each}.`));
  });
}

function* leafPaths(tree: Tree, path: SettingPath): Generator<string> {
  for (const [name, value] of Object.entries(tree)) {
    if (isTree(value) && Object.keys(value).length > 0) yield* leafPaths(value, [...path, name]);
    else yield formatPath([...path, name]);
  }
}
