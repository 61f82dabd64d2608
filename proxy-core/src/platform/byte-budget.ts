/** A bound on bytes held at one time, shared by all requests. */
export interface ByteBudget {
  /** False, and nothing taken, where the bound would be passed. */
  tryTake(bytes: number): boolean;
  give(bytes: number): void;
  readonly taken: number;
}

export function createByteBudget(maxBytes: () => number): ByteBudget {
  let taken = 0;
  return {
    tryTake(bytes) {
      if (taken + bytes > maxBytes()) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
    get taken() {
      return taken;
    },
  };
}
