/** A body that is a slice of a larger buffer would keep all of that alive, and change with it. */
export function standAlone(body: Buffer): Buffer {
  if (body.buffer.byteLength === body.length) return body;
  const copy = Buffer.allocUnsafeSlow(body.length);
  body.copy(copy);
  return copy;
}
