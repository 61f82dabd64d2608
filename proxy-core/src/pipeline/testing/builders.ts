// Requests, routes and sinks for the stages' unit tests; each field can be overridden.
import type { Caller } from '../../domain/caller.ts';
import type { AnswerHead, ClientSink, SinkFeeder } from '../../domain/answer.ts';
import type { CacheOutcome } from '../../contract/names.ts';
import type { Dialect, Endpoint, RequestFields } from '../../domain/dialect.ts';
import type { Provider } from '../../domain/provider.ts';
import type { Received, RelayRequest } from '../../domain/relay-request.ts';
import type { Route } from '../../domain/route.ts';
import { dialects } from '../../dialects/registry.ts';
import { scanBody } from '../normalise/scan-body.ts';

function dialectNamed(id: string): Dialect {
  const found = dialects.find((dialect) => dialect.id === id);
  if (found === undefined) throw new Error(`no dialect ${id}`);
  return found;
}

function endpointNamed(dialect: Dialect, id: string): Endpoint {
  const found = dialect.endpoints.find((endpoint) => endpoint.id === id);
  if (found === undefined) throw new Error(`no endpoint ${id}`);
  return found;
}

export function aReceived(changes: Partial<Received> = {}): Received {
  const dialect = dialectNamed('openai');
  const body = Buffer.from('{"model":"gpt-4o-mini","temperature":0,"messages":[]}');
  return {
    requestId: 'rq_test',
    startedAt: 1_700_000_000_000,
    startedTick: 0,
    dialect,
    endpoint: endpointNamed(dialect, 'chat.completions'),
    pinnedProvider: null,
    workspace: null,
    method: 'POST',
    canonicalPath: '/v1/chat/completions',
    rawHeaders: [],
    headers: {},
    rawBody: body,
    body,
    ...changes,
  };
}

export const aTokenCaller: Caller = {
  kind: 'client-token',
  identity: 'ct_1',
  tokenId: 'ct_1',
  tokenName: 'cline',
};

export interface RequestChanges {
  readonly received?: Partial<Received>;
  readonly fields?: Partial<RequestFields>;
  readonly request?: Partial<RelayRequest>;
  /** Replaces the body. */
  readonly json?: unknown;
}

export function aRequest(changes: RequestChanges = {}): RelayRequest {
  const body =
    changes.json === undefined ? null : { body: Buffer.from(JSON.stringify(changes.json)) };
  const received = aReceived({
    ...(body === null ? {} : { ...body, rawBody: body.body }),
    ...changes.received,
  });
  return {
    received,
    caller: aTokenCaller,
    attribution: {
      assistant: null,
      workspace: null,
      branch: null,
      session: null,
      user: null,
      tags: null,
    },
    fields: {
      model: 'gpt-4o-mini',
      isStream: false,
      asksForUsage: false,
      isDeterministic: true,
      isUncacheable: () => false,
      ...changes.fields,
    },
    scanned: received.body === null ? null : scanBody(received.body),
    cacheDirective: null,
    cacheTtlSeconds: null,
    ...changes.request,
  };
}

export function aProvider(changes: Partial<Provider> = {}): Provider {
  return {
    id: 'openai',
    type: 'openai',
    dialects: ['openai'],
    needsCredential: true,
    priceProviderId: 'openai',
    isFree: false,
    models: [],
    transport: {
      dispatch() {
        throw new Error('this provider is not to be asked');
      },
      close: () => Promise.resolve(),
    },
    pathFor: (path) => path,
    host: 'api.openai.com',
    credentialHeaders: () => ['authorization', 'Bearer stored'],
    hasStoredCredential: true,
    ...changes,
  };
}

export function aRoute(provider: Provider = aProvider()): Route {
  const candidate = {
    provider,
    model: 'gpt-4o-mini',
    credential: 'stored',
    account: 'stored',
  } as const;
  return { candidates: [candidate], rule: 'home' };
}

/** Keeps what a client would have got. `isFull`: it reads no more. */
export class SinkSpy implements ClientSink {
  cacheOutcome: CacheOutcome = 'bypass';
  feeder: SinkFeeder | null = null;
  hasLeft = false;
  isFull = false;
  head: AnswerHead | null = null;
  readonly chunks: Buffer[] = [];
  ending: 'none' | 'end' | 'cut' = 'none';

  get hasBegun(): boolean {
    return this.head !== null;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  begin(head: AnswerHead): void {
    this.head = head;
  }

  write(chunk: Buffer): boolean {
    this.chunks.push(chunk);
    return !this.isFull;
  }

  end(last?: Buffer): void {
    if (last !== undefined) this.chunks.push(last);
    this.ending = 'end';
  }

  cut(): void {
    this.ending = 'cut';
  }

  leave(): void {
    this.hasLeft = true;
    this.feeder?.onLeave();
  }

  drain(): void {
    this.isFull = false;
    this.feeder?.onDrain();
  }
}
