import type { AnswerReading } from '../domain/dialect.ts';

/** What is known of an answer before its first byte. */
export const emptyReading: AnswerReading = {
  usage: null,
  model: null,
  serviceTier: null,
  isComplete: false,
  finishReason: null,
  hasError: false,
  outputBytes: 0,
};
