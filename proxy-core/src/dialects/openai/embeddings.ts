import type { AnswerReader, MemberReader, RequestFields } from '../../domain/dialect.ts';
import { textOf } from '../json-value.ts';
import { emptyReading } from '../empty-reading.ts';
import { readAnswer } from '../read-answer.ts';
import { readOpenaiUsage } from './openai-usage.ts';

/** Embeddings have neither streams nor samples: the same text gives the same vector. */
export function readEmbeddingsFields(members: MemberReader): RequestFields {
  return {
    model: textOf(members.read('model')),
    isStream: false,
    asksForUsage: false,
    isDeterministic: true,
    isUncacheable: () => false,
  };
}

/** The vectors, most of the body, are stepped over. */
export function createEmbeddingsReader(): AnswerReader {
  let reading = emptyReading;
  return {
    readJson(body) {
      const answer = readAnswer(body);
      if (answer === null) return;
      const hasError = (answer.read('error') ?? null) !== null;
      reading = {
        ...emptyReading,
        usage: readOpenaiUsage(answer.read('usage')),
        model: textOf(answer.read('model')),
        hasError,
        isComplete: !hasError && answer.has('data'),
      };
    },
    readEvent() {
      // Embeddings are never streamed.
    },
    reading: () => reading,
  };
}
