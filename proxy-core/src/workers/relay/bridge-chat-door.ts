// Where the core's own model calls go in: the same front door as everybody's, behind an HTTP server
// that listens nowhere. Who comes in here is known by the connection, which only this file makes, so
// that no request from outside can claim to be one of these (docs/decisions/006).
import { createServer, request, type IncomingMessage } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import type { Dialect } from '../../domain/dialect.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { FlatHeaders } from '../../domain/upstream.ts';
import { createFrontDoor } from '../../pipeline/receive/front-door.ts';
import type { Call } from '../../pipeline/receive/receive.ts';
import { createRelay } from '../../pipeline/relay.ts';
import type { Stages } from '../../pipeline/stages.ts';

/** One call of a client of the bridge. */
export interface InnerAsk {
  readonly path: string;
  readonly headers: FlatHeaders;
  readonly body: Buffer;
  readonly provider: string;
  /** Who asks, for ledger, limits and cache. */
  readonly client: string;
  readonly workspace: string | null;
  readonly branch: string | null;
}

/** How it went, once the pipeline is through with it. */
export interface InnerEnd {
  readonly requestId: string;
  /** As it stands in the ledger; null where the request came to nothing before there was one. */
  readonly row: LedgerRow | null;
  /** RelayCore's own refusal or failure. */
  readonly error: unknown;
}

export interface InnerAnswer {
  /** Head and body; rejects where the connection broke before there was a head. */
  readonly response: Promise<IncomingMessage>;
  /** Never rejects. */
  readonly end: Promise<InnerEnd>;
  /** As a client that leaves. Idempotent, and without effect after the end. */
  leave(): void;
}

export interface ChatDoor {
  ask(ask: InnerAsk): InnerAnswer;
  /** Every closed row passes here; those of this door are kept for their callers. */
  noteClosed(row: LedgerRow): void;
}

export interface ChatDoorDependencies {
  readonly stages: Stages;
  readonly defaultDialect: Dialect;
}

interface Visit {
  readonly ask: InnerAsk;
  requestId: string;
  row: LedgerRow | null;
  error: unknown;
  readonly settle: () => void;
}

export function createChatDoor({ stages, defaultDialect }: ChatDoorDependencies): ChatDoor {
  const visits = new WeakMap<object, Visit>();
  const running = new Map<string, Visit>();
  const relay = async (call: Call): Promise<void> => {
    const visit = visits.get(call.request.socket);
    if (visit === undefined) throw new Error('a connection that this door did not make');
    visit.requestId = call.requestId;
    running.set(call.requestId, visit);
    try {
      await createRelay(stagesFor(visit.ask, stages))(call);
    } catch (error) {
      visit.error = error;
      throw error;
    } finally {
      running.delete(call.requestId);
      visit.settle();
    }
  };
  const door = createFrontDoor({
    receive: stages.receive,
    relay,
    control: (_, response) => response.destroy(),
    isControlPath: () => false,
    allowedHosts: () => [],
    defaultDialect,
  });
  const server = createServer(door.onRequest);
  return {
    ask(ask) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const visit: Visit = { ask, requestId: '', row: null, error: null, settle: resolve };
      const { inner, outer } = connectionPair();
      visits.set(inner, visit);
      // What broke before it became a request leaves no trace in the pipeline.
      inner.once('close', () => {
        if (visit.requestId === '') resolve();
      });
      server.emit('connection', inner);
      return {
        response: send(ask, outer),
        end: promise.then(() => visit),
        leave: () => outer.destroy(),
      };
    },
    noteClosed(row) {
      const visit = running.get(row.requestId);
      if (visit !== undefined) visit.row = row;
    },
  };
}

/** The pipeline with what this connection proves in the place of what requests from outside present. */
function stagesFor(ask: InnerAsk, stages: Stages): Stages {
  const id = `bridge/${ask.client}`;
  return {
    ...stages,
    receive: {
      ...stages.receive,
      async receive(call) {
        const received = await stages.receive.receive(call);
        return { ...received, pinnedProvider: ask.provider, workspace: ask.workspace };
      },
    },
    authenticate: () => ({
      kind: 'client-token',
      identity: id,
      tokenId: id,
      tokenName: ask.client,
    }),
    normalise(received, caller) {
      const normalised = stages.normalise(received, caller);
      const { attribution } = normalised;
      return { ...normalised, attribution: { ...attribution, branch: ask.branch } };
    },
  };
}

/** Two ends of a connection in memory, with back-pressure; when one goes, so does the other. */
function connectionPair(): { readonly inner: Duplex; readonly outer: Duplex } {
  const [inner, outer] = duplexPair();
  inner.once('close', () => outer.destroy());
  outer.once('close', () => inner.destroy());
  return { inner, outer };
}

function send({ path, headers, body }: InnerAsk, connection: Duplex): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        method: 'POST',
        path,
        createConnection: () => connection,
        headers: [
          ...headers,
          ...['host', 'localhost', 'content-type', 'application/json'],
          ...['accept', 'text/event-stream', 'accept-encoding', 'identity'],
          ...['content-length', String(body.length)],
        ],
      },
      resolve,
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
