import { nearestName } from './nearest-name.ts';
import { formatPath, type SettingPath } from './setting-path.ts';
import type { SettingNode } from './setting-tree.ts';

/** What to write instead of an unknown name: `; did you mean server.port?`, or nothing. */
export function suggestSetting(tree: SettingNode, section: SettingPath, name: string): string {
  const node = nodeAt(tree, section);
  const sibling = node?.kind === 'section' ? nearestName(name, node.fields.keys()) : null;
  if (sibling !== null) return didYouMean([...section, sibling]);
  // The right name in the wrong place: `port` at the top.
  const elsewhere = [...pathsOf(tree, [])].find((path) => path.at(-1) === name);
  if (elsewhere !== undefined) return didYouMean(elsewhere);
  if (node?.kind !== 'section') return '';
  return `; known here: ${[...node.fields.keys()].join(', ')}`;
}

function didYouMean(path: SettingPath): string {
  return `; did you mean ${formatPath(path)}?`;
}

/** The node that a path leads to; null where it leads nowhere. */
function nodeAt(tree: SettingNode, path: SettingPath): SettingNode | null {
  let node: SettingNode | null = tree;
  for (const step of path) {
    switch (node?.kind) {
      case 'section':
        node = node.fields.get(String(step)) ?? null;
        break;
      case 'record':
        node = node.entry;
        break;
      case 'list':
        node = node.item;
        break;
      default:
        return null;
    }
  }
  return node;
}

/** Every setting with a fixed name, sections included; what is below a record is left out. */
export function* pathsOf(node: SettingNode, path: SettingPath): Generator<SettingPath> {
  if (path.length > 0) yield path;
  if (node.kind !== 'section') return;
  for (const [name, field] of node.fields) yield* pathsOf(field, [...path, name]);
}
