// The bytes of one answer in the order in which they came. Thousands of small chunks held as such
// would be as many objects for the garbage collector to move; here they are a few blocks.

interface Block {
  /** Of its first byte, counted from the answer's. */
  readonly offset: number;
  readonly bytes: Buffer;
  used: number;
}

const firstBlockBytes = 4 * 1024;
const maxBlockBytes = 32 * 1024;

export class ByteLog {
  #blocks: Block[] = [];
  #end = 0;

  /** Offset of the first byte that is held. */
  get start(): number {
    return this.#blocks[0]?.offset ?? this.#end;
  }

  /** Offset behind the last byte. */
  get end(): number {
    return this.#end;
  }

  /** Copies the chunk. */
  append(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const block = this.#roomFor(chunk.length - at);
      const taken = chunk.copy(block.bytes, block.used, at);
      block.used += taken;
      at += taken;
      this.#end += taken;
    }
  }

  /** What is held from this offset on, as far as it lies in one piece; not copied. */
  from(offset: number): Buffer {
    const block = this.#blocks.findLast((candidate) => candidate.offset <= offset);
    if (block === undefined) throw new RangeError(`byte ${offset} is not held`);
    return block.bytes.subarray(offset - block.offset, block.used);
  }

  /** All that is held, copied into one piece. */
  concat(): Buffer {
    return Buffer.concat(this.#blocks.map(({ bytes, used }) => bytes.subarray(0, used)));
  }

  /** Lets go of what lies before this offset, a whole block at a time. */
  dropBefore(offset: number): void {
    this.#blocks = this.#blocks.filter((block) => block.offset + block.used > offset);
  }

  #roomFor(bytes: number): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.used < last.bytes.length) return last;
    const doubled = last === undefined ? firstBlockBytes : 2 * last.bytes.length;
    const size = Math.min(maxBlockBytes, Math.max(doubled, bytes));
    const block = { offset: this.#end, bytes: Buffer.allocUnsafeSlow(size), used: 0 };
    this.#blocks.push(block);
    return block;
  }
}
