import { headerValue } from '../../domain/headers.ts';
import type { Transport, UpstreamRequest } from '../../domain/upstream.ts';
import { decodePathSegment } from '../path-segment.ts';
import type { ProviderClock } from '../provider-type.ts';
import { jsonAnswer, type DemoAnswer, type DemoContext } from './demo-answer.ts';
import { answerChat } from './demo-chat.ts';
import { answerEmbeddings } from './demo-embeddings.ts';
import { DemoExchange } from './demo-exchange.ts';
import { answerCountTokens, answerMessages } from './demo-messages.ts';
import { answerModels } from './demo-model-list.ts';
import { demoModels } from './demo-models.ts';
import { DemoRefusal, readRequestBody, type JsonObject } from './demo-request.ts';

export interface DemoTransportDependencies {
  readonly clock: ProviderClock;
}

export interface DemoTransportOptions {
  /** Answered to beside the demo's own models. */
  readonly models: readonly string[];
}

/** Answers inside the process, as slowly as a model would. `close` lets what runs end, which is soon. */
export function createDemoTransport(
  dependencies: DemoTransportDependencies,
  options: DemoTransportOptions,
): Transport {
  const { clock } = dependencies;
  const models = [...new Set([...demoModels, ...options.models])];
  const running = new Set<DemoExchange>();
  let answered = 0;
  return {
    dispatch(request, handler) {
      answered++;
      const now = clock.now();
      const context: DemoContext = { now, id: `${now.toString(36)}${answered.toString(36)}` };
      const exchange = new DemoExchange({
        clock,
        handler,
        answer: answerTo(request, models, context),
        requestId: `req_demo_${context.id}`,
      });
      running.add(exchange);
      void exchange.ended.then(() => running.delete(exchange));
      return exchange;
    },
    async close() {
      await Promise.all([...running].map((exchange) => exchange.ended));
    },
  };
}

function answerTo(
  request: UpstreamRequest,
  models: readonly string[],
  context: DemoContext,
): DemoAnswer {
  const path = request.path.split('?', 1)[0] ?? '';
  const isAnthropic =
    path.startsWith('/v1/messages') || headerValue(request.headers, 'anthropic-version') !== null;
  try {
    return answerOn(`${request.method} ${path}`, { request, models, context, isAnthropic });
  } catch (error) {
    if (!(error instanceof DemoRefusal)) throw error;
    return jsonAnswer(error.status, refusalBody(error, isAnthropic, context));
  }
}

interface Asked {
  readonly request: UpstreamRequest;
  readonly models: readonly string[];
  readonly context: DemoContext;
  readonly isAnthropic: boolean;
}

function answerOn(methodAndPath: string, asked: Asked): DemoAnswer {
  const { request, models, context, isAnthropic } = asked;
  const one = /^GET \/v1\/models\/(.+)$/.exec(methodAndPath)?.[1];
  if (one !== undefined) return answerModels(models, decodePathSegment(one), isAnthropic);
  switch (methodAndPath) {
    case 'GET /v1/models':
      return answerModels(models, null, isAnthropic);
    case 'POST /v1/chat/completions': {
      const body = readRequestBody(request);
      return answerChat(body, readModel(body, models), context);
    }
    case 'POST /v1/embeddings': {
      const body = readRequestBody(request);
      return answerEmbeddings(body, readModel(body, models));
    }
    case 'POST /v1/messages': {
      const body = readRequestBody(request);
      return answerMessages(body, readModel(body, models), context);
    }
    case 'POST /v1/messages/count_tokens': {
      const body = readRequestBody(request);
      readModel(body, models);
      return answerCountTokens(body);
    }
    default:
      throw new DemoRefusal("RelayCore's demo provider does not know this path.", null, 404);
  }
}

function readModel(body: JsonObject, models: readonly string[]): string {
  const model = body['model'];
  if (typeof model !== 'string' || model === '') {
    throw new DemoRefusal('You must provide a model parameter.', 'model');
  }
  if (models.includes(model)) return model;
  throw new DemoRefusal(
    `The model '${model}' does not exist. RelayCore's demo provider knows ${models.join(', ')}.`,
    'model',
    404,
  );
}

function refusalBody(refusal: DemoRefusal, isAnthropic: boolean, context: DemoContext): JsonObject {
  const { message, param, status } = refusal;
  if (isAnthropic) {
    const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
    return { type: 'error', error: { type, message }, request_id: `req_demo_${context.id}` };
  }
  const code = status === 404 && param === 'model' ? 'model_not_found' : null;
  return { error: { message, type: 'invalid_request_error', param, code } };
}
