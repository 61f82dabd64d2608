// Plain data as YAML, JSON and the environment give it, before it is validated.

export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Both trees in one; where they differ `upper` wins. Lists are replaced, not joined. */
export function mergeTrees(lower: Tree, upper: Tree): Tree {
  // fromEntries makes `__proto__` an ordinary field, which an assignment would not.
  const merged = new Map(Object.entries(lower));
  for (const [name, value] of Object.entries(upper)) {
    const below = merged.get(name);
    merged.set(name, isTree(below) && isTree(value) ? mergeTrees(below, value) : value);
  }
  return Object.fromEntries(merged);
}

/** `tree` with `patch` put over it, where null takes a value out (RFC 7396). */
export function applyPatch(tree: Tree, patch: Tree): Tree {
  const result = new Map(Object.entries(tree));
  for (const [name, value] of Object.entries(patch)) {
    const below = result.get(name);
    if (value === null) {
      result.delete(name);
    } else if (isTree(value)) {
      const inner = applyPatch(isTree(below) ? below : {}, value);
      // Taking out what is not there leaves no empty section behind.
      const isNothing = !isTree(below) && isEmpty(inner) && !isEmpty(value);
      if (!isNothing) result.set(name, inner);
    } else {
      result.set(name, value);
    }
  }
  return Object.fromEntries(result);
}

function isEmpty(tree: Tree): boolean {
  return Object.keys(tree).length === 0;
}

/** `tree` without what `patch` mentions, so that a layer above no longer hides it. */
export function withoutPatched(tree: Tree, patch: Tree): Tree {
  const entries = Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    if (!Object.hasOwn(patch, name)) return [[name, value]];
    const inner = patch[name];
    if (!isTree(inner) || !isTree(value)) return [];
    const rest = withoutPatched(value, inner);
    return isEmpty(rest) ? [] : [[name, rest]];
  });
  return Object.fromEntries(entries);
}

/** How many steps of `path` lead somewhere in `tree`; `path.length` where all do. */
export function depthOf(tree: Tree, path: readonly (string | number)[]): number {
  let node: unknown = tree;
  for (const [index, step] of path.entries()) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return index;
    node = Reflect.get(node, step);
  }
  return path.length;
}

/** The tree itself, frozen to its depths. */
export function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freezeDeep(inner);
  }
  return value;
}
