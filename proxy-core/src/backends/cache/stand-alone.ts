import type { CachedAnswer } from '../../domain/cached-answer.ts';

/**
 * The answer with a body of its own, itself where it has one: a body that is a slice of a larger
 * buffer would keep all of that alive, and change with it.
 */
export function standAlone(answer: CachedAnswer): CachedAnswer {
  const { body } = answer;
  if (body.buffer.byteLength === body.length) return answer;
  const copy = Buffer.allocUnsafeSlow(body.length);
  body.copy(copy);
  return { ...answer, body: copy };
}
