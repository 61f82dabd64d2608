/**
 * Keeps a label to a number of values that a time-series database can bear: the first `maxValues`
 * are kept, any later one becomes `other`, none is `none`.
 */
export function createBoundedLabel(maxValues: number): (value: string | null) => string {
  const known = new Set<string>();
  return (value) => {
    if (value === null) return 'none';
    if (known.has(value)) return value;
    if (known.size >= maxValues) return 'other';
    known.add(value);
    return value;
  };
}
