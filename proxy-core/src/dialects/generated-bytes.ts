/** Deeper than any answer has its text; a bound, because a hostile one may be nested at will. */
const maxDepth = 8;

/** UTF-8 bytes of all strings under these names. */
export function generatedBytesOf(
  value: unknown,
  names: readonly string[],
  depth: number = maxDepth,
): number {
  if (depth === 0 || typeof value !== 'object' || value === null) return 0;
  let bytes = 0;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string') bytes += generatedBytesOf(member, names, depth - 1);
    else if (names.includes(name)) bytes += Buffer.byteLength(member);
  }
  return bytes;
}
