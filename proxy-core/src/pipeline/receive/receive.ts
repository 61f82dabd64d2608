// The edge of the data plane: bounds and bytes on the way in, and the only place where an error
// becomes a response on the way out.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientSink } from '../../domain/answer.ts';
import type { Dialect } from '../../domain/dialect.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { Received } from '../../domain/relay-request.ts';
import type { ByteBudget } from '../../platform/byte-budget.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { createScavengePace } from '../../platform/scavenge-pace.ts';
import { createClientSink } from './client-sink.ts';
import type { EndpointMatch, EndpointMatcher } from './match-endpoint.ts';
import { readBody } from './read-body.ts';

/** One request from its first byte to its last; `heldBytes` counts against the bytes in flight. */
export interface Call {
  readonly requestId: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly sink: ClientSink;
  readonly startedAt: number;
  readonly startedTick: number;
  /** Errors before the path is known are answered in this dialect. */
  dialect: Dialect;
  heldBytes: number;
}

/** What the edge tells about failures that are RelayCore's own. */
export interface FaultLog {
  fault(message: string, requestId: string, error: unknown): void;
}

export interface ReceiveDependencies {
  readonly clock: Clock;
  readonly nextRequestId: () => string;
  readonly matchEndpoint: EndpointMatcher;
  readonly budget: ByteBudget;
  readonly faults: FaultLog;
  readonly defaultDialect: Dialect;
  bodyLimitBytes(): number;
}

export interface Receive {
  open(request: IncomingMessage, response: ServerResponse): Call;
  /** Throws `RelayError`s of the edge: unknown path, too large, broken encoding. */
  receive(call: Call): Promise<Received> | Received;
  /** Never throws; says nothing to a client that has left. */
  answerError(call: Call, error: unknown): void;
  close(call: Call): void;
}

/** How long a refused body may still arrive, so that the client reads the refusal and not a reset. */
const refusedBodyGraceMs = 5_000;

export function createReceive(dependencies: ReceiveDependencies): Receive {
  const { clock, budget, defaultDialect } = dependencies;
  const pace = createScavengePace();
  return {
    open(request, response) {
      const requestId = dependencies.nextRequestId();
      return {
        requestId,
        request,
        response,
        sink: createClientSink(response, requestId),
        startedAt: clock.now(),
        startedTick: clock.tick(),
        dialect: defaultDialect,
        heldBytes: 0,
      };
    },
    async receive(call) {
      const { request } = call;
      const match = dependencies.matchEndpoint(
        request.method ?? 'GET',
        request.url ?? '/',
        request.headers,
      );
      call.dialect = match.dialect;
      const bodies = await readBody(request, {
        limitBytes: dependencies.bodyLimitBytes(),
        budget,
        onTaken: (bytes) => {
          call.heldBytes += bytes;
          pace.note(bytes);
        },
      });
      return received(call, match, bodies);
    },
    answerError(call, error) {
      if (!(error instanceof RelayError)) {
        dependencies.faults.fault('request failed', call.requestId, error);
      }
      answerError(call, error);
    },
    close(call) {
      budget.give(call.heldBytes);
      call.heldBytes = 0;
    },
  };
}

function received(
  call: Call,
  match: EndpointMatch,
  bodies: { readonly rawBody: Buffer | null; readonly body: Buffer | null },
): Received {
  return {
    requestId: call.requestId,
    startedAt: call.startedAt,
    startedTick: call.startedTick,
    dialect: match.dialect,
    endpoint: match.endpoint,
    pinnedProvider: match.pinnedProvider,
    workspace: match.workspace,
    method: call.request.method ?? 'GET',
    canonicalPath: match.canonicalPath,
    rawHeaders: call.request.rawHeaders,
    headers: call.request.headers,
    rawBody: bodies.rawBody,
    body: bodies.body,
  };
}

function answerError(call: Call, error: unknown): void {
  const { response, request, sink } = call;
  if (sink.hasLeft) return;
  if (sink.hasBegun || response.headersSent) {
    sink.cut();
    return;
  }
  const known =
    error instanceof RelayError
      ? error
      : new RelayError('internal', `A fault in RelayCore; its log has request ${call.requestId}.`, {
          cause: error,
        });
  const encoded = call.dialect.encodeError(known, call.requestId);
  const length = String(Buffer.byteLength(encoded.body));
  response.writeHead(encoded.status, [...encoded.headers, 'content-length', length]);
  if (request.complete) {
    response.end(encoded.body);
    return;
  }
  response.write(encoded.body);
  letRefusedBodyIn(request, response);
}

/** The answer is whole for the client; ending it here would close a connection that is not kept. */
function letRefusedBodyIn(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => request.destroy(), refusedBodyGraceMs);
  timer.unref();
  request.resume();
  request.once('end', () => response.end());
  request.once('close', () => clearTimeout(timer));
}
