// Which answer a path gets. Base paths before `/v1` are ignored, as providers behind a prefix have them.

import type { AnswerBehaviour, ErrorBehaviour, RawBehaviour } from './behaviour.ts';
import { askOf, type Answer } from './answer.ts';
import {
  anthropicError,
  anthropicModelsAnswer,
  countTokensAnswer,
  messagesAnswer,
} from './anthropic-answers.ts';
import { chatAnswer, embeddingsAnswer, openAiError, openAiModelsAnswer } from './openai-answers.ts';
import type { RecordedRequest } from './recorded-request.ts';

type Dialect = 'openai' | 'anthropic';

function dialectOf(request: RecordedRequest): Dialect {
  const isAnthropic =
    request.header('anthropic-version') !== undefined || /\/messages(\/|$)/.test(pathOf(request));
  return isAnthropic ? 'anthropic' : 'openai';
}

/** The regular answer of the endpoint that the request names; an unknown path echoes what it got. */
export function answerTo(request: RecordedRequest, behaviour: AnswerBehaviour): Answer {
  const path = pathOf(request);
  const ask = askOf(request);
  if (request.method === 'GET') {
    const model = /\/models(?:\/([^/]+))?$/.exec(path);
    if (model === null) return echo(request);
    const id = model[1] === undefined ? undefined : decodeURIComponent(model[1]);
    return dialectOf(request) === 'anthropic' ? anthropicModelsAnswer(id) : openAiModelsAnswer(id);
  }
  if (request.method !== 'POST') return echo(request);
  if (path.endsWith('/chat/completions'))
    return orBadJson(request, () => chatAnswer(ask, behaviour));
  if (path.endsWith('/embeddings'))
    return orBadJson(request, () => embeddingsAnswer(ask, behaviour));
  if (path.endsWith('/messages/count_tokens'))
    return orBadJson(request, () => countTokensAnswer(ask));
  if (path.endsWith('/messages')) return orBadJson(request, () => messagesAnswer(ask, behaviour));
  return echo(request);
}

export function errorAnswer(request: RecordedRequest, behaviour: ErrorBehaviour): Answer {
  return dialectOf(request) === 'anthropic' ? anthropicError(behaviour) : openAiError(behaviour);
}

export function rawAnswer(behaviour: RawBehaviour): Answer {
  const { body } = behaviour;
  const parts = typeof body === 'string' || Buffer.isBuffer(body) ? [body] : body;
  const contentType = behaviour.contentType ?? 'text/html; charset=utf-8';
  return {
    status: behaviour.status ?? 200,
    headers: { 'content-type': contentType },
    chunks: parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)),
    isStream: contentType.startsWith('text/event-stream'),
  };
}

function pathOf(request: RecordedRequest): string {
  const end = request.path.indexOf('?');
  return end < 0 ? request.path : request.path.slice(0, end);
}

/** The request's own bytes come back; without a body a description does. */
function echo(request: RecordedRequest): Answer {
  const description = JSON.stringify({ method: request.method, path: request.path });
  return {
    status: 200,
    headers: {
      'content-type': request.header('content-type') ?? 'application/json',
      'x-mock-echo': `${request.method} ${request.path}`,
    },
    chunks: [request.body.length > 0 ? request.body : Buffer.from(description)],
    isStream: false,
  };
}

function orBadJson(request: RecordedRequest, answer: () => Answer): Answer {
  if (request.json() !== undefined) return answer();
  const message = 'We could not parse the JSON body of your request.';
  return errorAnswer(request, {
    kind: 'error',
    status: 400,
    type: 'invalid_request_error',
    message,
  });
}
