// A provider of our own over real HTTP, for the tests: OpenAI and Anthropic on one port, scripted per test, and a
// record of every byte that it got and sent.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour, Step } from './mock-provider/behaviour.ts';
import { deliver, untilAborted } from './mock-provider/delivery.ts';
import { answerTo, errorAnswer, rawAnswer } from './mock-provider/endpoints.ts';
import { isOver, recordRequest, watchForAbort } from './mock-provider/recorded-request.ts';
import type { Exchange, RecordedRequest } from './mock-provider/recorded-request.ts';
import { scenarioOf } from './mock-provider/scenarios.ts';

export type { AnswerBehaviour, Behaviour, Encoding } from './mock-provider/behaviour.ts';
export type { ErrorBehaviour, MockUsage, RawBehaviour } from './mock-provider/behaviour.ts';
export type { Step, ToolCall } from './mock-provider/behaviour.ts';
export type { RecordedRequest } from './mock-provider/recorded-request.ts';
export { isEncodingAvailable } from './mock-provider/encoding.ts';

/**
 * The behaviour of a request is the first that is found of: the function or behaviour given to `respond`, the next
 * step of the queue, the one of the model, a scenario by header or model name, a plain answer.
 */
export interface MockProvider {
  /** `http://127.0.0.1:PORT`; OpenAI's base URL is this plus `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Queues steps: each serves one request, in order of arrival. */
  script(...steps: Step[]): void;
  /** Serves every request from now on; `undefined` takes it back. */
  respond(step: Step | undefined): void;
  /** Serves every request for that model. */
  forModel(model: string, step: Step): void;
  /** The newest request; throws when there was none. */
  lastRequest(): RecordedRequest;
  /** Resolves when so many requests have begun; rejects after the time-out (default 2,000 ms). */
  waitForRequests(count: number, timeoutMs?: number): Promise<readonly RecordedRequest[]>;
  /** Answers that are still owed or being sent over a living connection. */
  openResponses(): number;
  /** Requests whose client left before the end. */
  aborted(): readonly RecordedRequest[];
  /** Forgets requests, queue, `respond` and models; what is open goes on unrecorded. */
  reset(): void;
  /** Ends every connection and script. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface MockProviderOptions {
  /** Default 0: any free port. */
  readonly port?: number;
}

export async function startMockProvider(options: MockProviderOptions = {}): Promise<MockProvider> {
  const script = createScript();
  const recorder = createRecorder();
  const closing = new AbortController();
  const server = createServer(
    { requestTimeout: 0, keepAliveTimeout: 60_000 },
    (message, response) => {
      const exchange = recorder.record(message);
      const to = { exchange, message, response };
      void serve(to, (request) => script.choose(request), closing.signal);
    },
  );
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    closing.abort();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get requests() {
      return recorder.exchanges();
    },
    script: script.push,
    respond: script.respond,
    forModel: script.forModel,
    lastRequest: recorder.last,
    waitForRequests: recorder.waitFor,
    openResponses: () => recorder.exchanges().filter((one) => !isOver(one.state)).length,
    aborted: () => recorder.exchanges().filter((one) => one.abortedAtMs !== undefined),
    reset: () => {
      script.clear();
      recorder.clear();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Serving {
  readonly exchange: Exchange;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(
  to: Serving,
  choose: (request: RecordedRequest) => Behaviour,
  closing: AbortSignal,
): Promise<void> {
  const { exchange, message, response } = to;
  const left = new AbortController();
  watchForAbort(exchange, response, () => left.abort());
  try {
    const parts: Buffer[] = [];
    for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
    exchange.body = Buffer.concat(parts);
    exchange.settle('waiting');
    const behaviour = choose(exchange);
    const ignoresAbort = 'ignoresAbort' in behaviour && (behaviour.ignoresAbort ?? false);
    const signal = ignoresAbort ? closing : AbortSignal.any([left.signal, closing]);
    await perform({ exchange, response, signal }, behaviour);
  } catch (error) {
    // A client that leaves, or the mock's own close, ends a script anywhere; anything else is a fault of the test.
    if (!left.signal.aborted && !closing.aborted) response.destroy(error as Error);
  }
}

async function perform(
  to: { exchange: Exchange; response: ServerResponse; signal: AbortSignal },
  behaviour: Behaviour,
): Promise<void> {
  switch (behaviour.kind) {
    case 'answer':
      return deliver(to, answerTo(to.exchange, behaviour), behaviour);
    case 'error':
      return deliver(to, errorAnswer(to.exchange, behaviour), behaviour);
    case 'raw':
      return deliver(to, rawAnswer(behaviour), behaviour);
    case 'reset':
      to.exchange.settle('cut');
      to.response.destroy();
      return;
    case 'silence':
      if (behaviour.after === 'headers') {
        const isStream = to.exchange.json()?.['stream'] === true;
        const contentType = isStream ? 'text/event-stream; charset=utf-8' : 'application/json';
        const nothing = {
          status: 200,
          headers: { 'content-type': contentType },
          chunks: [],
          isStream: true,
        };
        return deliver(to, nothing, { fault: { kind: 'stall' } });
      }
      return untilAborted(to.signal);
  }
}

interface Script {
  push(...steps: Step[]): void;
  respond(step: Step | undefined): void;
  forModel(model: string, step: Step): void;
  choose(request: RecordedRequest): Behaviour;
  clear(): void;
}

function createScript(): Script {
  let always: Step | undefined;
  const queue: Step[] = [];
  const models = new Map<string, Step>();
  const run = (step: Step | undefined, request: RecordedRequest): Behaviour | undefined =>
    typeof step === 'function' ? step(request) : step;
  return {
    push: (...steps) => void queue.push(...steps),
    respond: (step) => {
      always = step;
    },
    forModel: (model, step) => void models.set(model, step),
    choose: (request) =>
      run(always, request) ??
      run(queue.shift(), request) ??
      run(stepOfModel(models, request), request) ??
      scenarioOf(request) ?? { kind: 'answer' },
    clear: () => {
      always = undefined;
      queue.length = 0;
      models.clear();
    },
  };
}

/** The body is read only where it decides: parsing one of 64 MB takes longer than all the rest. */
function stepOfModel(
  models: ReadonlyMap<string, Step>,
  request: RecordedRequest,
): Step | undefined {
  if (models.size === 0) return undefined;
  const model = request.json()?.['model'];
  return typeof model === 'string' ? models.get(model) : undefined;
}

interface Recorder {
  record(message: IncomingMessage): Exchange;
  exchanges(): readonly Exchange[];
  last(): RecordedRequest;
  waitFor(count: number, timeoutMs?: number): Promise<readonly RecordedRequest[]>;
  clear(): void;
}

function createRecorder(): Recorder {
  let exchanges: Exchange[] = [];
  const connections = new WeakMap<Socket, number>();
  let connectionCount = 0;
  const numberOf = (socket: Socket): number => {
    const known = connections.get(socket) ?? connectionCount++;
    connections.set(socket, known);
    return known;
  };
  const last = (): RecordedRequest => {
    const newest = exchanges.at(-1);
    if (newest === undefined) throw new Error('The mock provider got no request.');
    return newest;
  };
  const waitFor = async (count: number, timeoutMs = 2_000): Promise<readonly RecordedRequest[]> => {
    const deadline = performance.now() + timeoutMs;
    while (exchanges.length < count) {
      if (performance.now() > deadline) {
        throw new Error(`The mock provider got ${exchanges.length} of ${count} requests.`);
      }
      await delay(5);
    }
    return exchanges;
  };
  return {
    record: (message) => {
      const numbers = { index: exchanges.length, connection: numberOf(message.socket) };
      const exchange = recordRequest(message, numbers);
      exchanges.push(exchange);
      return exchange;
    },
    exchanges: () => exchanges,
    last,
    waitFor,
    clear: () => {
      exchanges = [];
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
