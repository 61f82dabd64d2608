import type { AnswerReader, MemberReader, RequestFields } from '../../domain/dialect.ts';
import { noUsage } from '../../domain/usage.ts';
import { emptyReading } from '../empty-reading.ts';
import { countOf, textOf } from '../json-value.ts';
import { readAnswer } from '../read-answer.ts';

export function readCountTokensFields(members: MemberReader): RequestFields {
  return {
    model: textOf(members.read('model')),
    isStream: false,
    asksForUsage: false,
    isDeterministic: false,
    isUncacheable: () => false,
  };
}

/** Counting is free: a good answer used no tokens, whatever number it names. */
export function createCountTokensReader(): AnswerReader {
  let reading = emptyReading;
  return {
    readJson(body) {
      const answer = readAnswer(body);
      if (answer === null) return;
      const hasError = (answer.read('error') ?? null) !== null;
      const isComplete = !hasError && countOf(answer.read('input_tokens')) !== null;
      reading = { ...emptyReading, usage: isComplete ? noUsage : null, hasError, isComplete };
    },
    readEvent() {
      // Counts are never streamed.
    },
    reading: () => reading,
  };
}
