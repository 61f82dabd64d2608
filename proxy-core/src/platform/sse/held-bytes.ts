/** Bytes that wait for the rest of their event. */
export interface HeldBytes {
  size(): number;
  /** Copies the piece. */
  add(piece: Buffer): void;
  /** Everything held with `last` behind it, `last` itself where nothing is held; empty from then on. */
  takeWith(last: Buffer): Buffer;
}

const NO_BYTES = Buffer.alloc(0);

/**
 * One buffer that doubles, not a list of the pieces: an event that trickles in byte by byte would
 * make a list a hundred times its size.
 */
export function createHeldBytes(): HeldBytes {
  let buffer = NO_BYTES;
  let size = 0;

  const add = (piece: Buffer): void => {
    const newSize = size + piece.length;
    if (newSize > buffer.length) {
      const larger = Buffer.allocUnsafe(2 * newSize);
      buffer.copy(larger, 0, 0, size);
      buffer = larger;
    }
    piece.copy(buffer, size);
    size = newSize;
  };

  return {
    size() {
      return size;
    },
    add,
    takeWith(last) {
      if (size === 0) return last;
      add(last);
      const all = buffer.subarray(0, size);
      buffer = NO_BYTES;
      size = 0;
      return all;
    },
  };
}
