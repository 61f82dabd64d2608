/**
 * The candidate that a typing mistake would most likely turn into `name`; null where none is
 * near: two slips at most, and no more than a third of the letters.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  const lowerCaseName = name.toLowerCase();
  let nearest: string | null = null;
  let least = Math.min(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const slips = countSlips(lowerCaseName, candidate.toLowerCase());
    if (slips < least) {
      least = slips;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Letters left out, put in, mistaken or swapped with their neighbour (optimal string alignment). */
function countSlips(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return 3;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
