// Where the network may cut a stream.
import fc from 'fast-check';

/** The bytes cut at these places. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const borders = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
}

/** Any cuts, and those that hurt: inside UTF-8 sequences and between CR and LF. */
export function anyCuts(bytes: Buffer): fc.Arbitrary<number[]> {
  const tender = [...bytes.keys()].filter((at) => {
    const isInsideSequence = ((bytes[at] ?? 0) & 0xc0) === 0x80;
    return isInsideSequence || (bytes[at] === 0x0a && bytes[at - 1] === 0x0d);
  });
  const anywhere = fc.nat(bytes.length);
  const place = tender.length === 0 ? anywhere : fc.oneof(anywhere, fc.constantFrom(...tender));
  return fc.array(place, { maxLength: 16 });
}
