// Keeps V8's cheap collections in step with the buffers that a request brings.

export interface ScavengePace {
  /** So many bytes of buffers came into being. */
  note(bytes: number): void;
}

/** Smaller pieces come with enough objects of their own. */
const minBytes = 16 * 1024;

/**
 * V8 counts buffers outside its heap, and begins a full collection when 64 MB have come since the last
 * one. It does not hasten its scavenges for them, which would find most of them dead. So that these come
 * first, each large piece is accompanied by garbage of a quarter of its size (docs/decisions/003: a
 * request of 256 KB costs half of what it did).
 */
export function createScavengePace(): ScavengePace {
  return new Pace();
}

class Pace implements ScavengePace {
  /** Kept until the next one, so that no optimiser finds the allocation useless. */
  ballast: unknown = null;

  note(bytes: number): void {
    // Eight bytes an element; nothing is put into it.
    // oxlint-disable-next-line unicorn/no-new-array
    if (bytes >= minBytes) this.ballast = new Array(bytes >> 5);
  }
}
