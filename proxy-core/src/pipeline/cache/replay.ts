// A stored answer in the form that this request asks for: streamed or not, with or without usage.
import type { AnswerHead } from '../../domain/answer.ts';
import type { CachedAnswer } from '../../domain/cached-answer.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import { createUsageSplicer } from '../../platform/sse/usage-splicer.ts';

export interface Replay {
  readonly head: AnswerHead;
  readonly body: Buffer;
}

/** Null where the stored form cannot be turned into the wanted one without loss: then it is a miss. */
export function replayOf(request: RelayRequest, answer: CachedAnswer): Replay | null {
  const body = bodyFor(request, answer);
  if (body === null) return null;
  const contentType = contentTypeFor(request, answer);
  return {
    head: {
      status: 200,
      headers: ['content-type', contentType, 'content-length', String(body.length)],
      provider: answer.provider,
      model: answer.model,
      attempts: 0,
      cacheKey: answer.key,
      costNanoUsd: 0,
    },
    body,
  };
}

function bodyFor(request: RelayRequest, answer: CachedAnswer): Buffer | null {
  const { fields, received } = request;
  const codec = received.endpoint.replay;
  if (!fields.isStream) {
    return answer.form === 'json' ? answer.body : (codec?.toJson(answer.body) ?? null);
  }
  const stream = answer.form === 'stream' ? answer.body : (codec?.toStream(answer.body) ?? null);
  if (stream === null || received.dialect.id !== 'openai') return stream;
  const hasUsageChunk = answer.form === 'json' ? answer.usage !== null : answer.hasUsageChunk;
  if (fields.asksForUsage) return hasUsageChunk ? stream : null;
  return hasUsageChunk ? withoutUsage(stream) : stream;
}

function withoutUsage(stream: Buffer): Buffer {
  const splicer = createUsageSplicer({ onUsage() {} });
  return Buffer.concat([...splicer.push(stream), ...splicer.end()]);
}

function contentTypeFor(request: RelayRequest, answer: CachedAnswer): string {
  const storedFits = request.fields.isStream === (answer.form === 'stream');
  if (storedFits) return answer.contentType;
  return request.fields.isStream ? 'text/event-stream; charset=utf-8' : 'application/json';
}
