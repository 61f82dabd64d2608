import type { AnswerReading } from '../../domain/dialect.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import { noUsage, type Usage } from '../../domain/usage.ts';

/** English prose and code run at about four bytes a token; the row says that it is an estimate. */
const bytesPerToken = 4;

/**
 * What a broken or unreported answer has likely cost: the provider bills it all the same. What it did
 * report stays; generated text is counted by its bytes.
 */
export function estimateUsage(request: RelayRequest, reading: AnswerReading): Usage {
  const generated = Math.ceil(reading.outputBytes / bytesPerToken);
  if (reading.usage !== null) {
    return { ...reading.usage, outputTokens: Math.max(reading.usage.outputTokens, generated) };
  }
  return { ...noUsage, inputTokens: inputTokensOf(request), outputTokens: generated };
}

export function inputTokensOf({ received }: RelayRequest): number {
  return Math.ceil((received.body?.length ?? 0) / bytesPerToken);
}
