import { createAnswerSeal, type AnswerSeal } from './answer-seal.ts';

/** The keys that entries on disk are encrypted with; there may be none at all. */
export interface SealRing {
  /** Encrypts; null: nothing may be written to disk. */
  readonly writing: AnswerSeal | null;
  /** Null for the id of a key that is not known here. */
  find(keyId: Uint8Array): AnswerSeal | null;
  readonly all: readonly AnswerSeal[];
  /** The key that was offered takes the place of the one offered before, and encrypts from now on. */
  useOffered(secret: Uint8Array | null): void;
}

/** `own`: the core's own secret, where it has one beside the data. */
export function createSealRing(own: Uint8Array | null): SealRing {
  const ownSeals = own === null ? [] : [createAnswerSeal(own)];
  let all: readonly AnswerSeal[] = ownSeals;
  return {
    get writing() {
      return all[0] ?? null;
    },
    get all() {
      return all;
    },
    find: (keyId) => all.find((seal) => seal.keyId.equals(keyId)) ?? null,
    useOffered(secret) {
      all = secret === null ? ownSeals : [createAnswerSeal(secret), ...ownSeals];
    },
  };
}
