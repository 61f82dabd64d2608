/**
 * Negative where `one` is older than `other`, by semantic versioning's order of precedence: numbers by
 * value, a pre-release before its release. What is no version counts as the oldest.
 */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parse(one), parse(other)];
  for (let index = 0; index < 3; index++) {
    const difference = (a.numbers[index] ?? -1) - (b.numbers[index] ?? -1);
    if (difference !== 0) return difference;
  }
  if (a.preRelease === b.preRelease) return 0;
  if (a.preRelease === '') return 1;
  if (b.preRelease === '') return -1;
  return comparePreReleases(a.preRelease.split('.'), b.preRelease.split('.'));
}

interface Version {
  /** Empty where it is no version. */
  readonly numbers: readonly number[];
  readonly preRelease: string;
}

function parse(version: string): Version {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(version);
  if (match === null) return { numbers: [], preRelease: '' };
  return { numbers: match.slice(1, 4).map(Number), preRelease: match[4] ?? '' };
}

function comparePreReleases(one: readonly string[], other: readonly string[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const [a, b] = [one[index], other[index]];
    if (a === undefined) return -1;
    if (b === undefined) return 1;
    if (a !== b) return compareIdentifiers(a, b);
  }
  return 0;
}

function compareIdentifiers(one: string, other: string): number {
  const [isOneNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isOneNumber && isOtherNumber) return Number(one) - Number(other);
  if (isOneNumber !== isOtherNumber) return isOneNumber ? -1 : 1;
  return one < other ? -1 : 1;
}
