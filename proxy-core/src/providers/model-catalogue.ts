// Answers `GET /v1/models` for clients with a token of RelayCore: the models of all providers that
// such a client can reach in its dialect, as one list.
import type { DialectId } from '../contract/names.ts';
import { headerValue } from '../domain/headers.ts';
import type { Provider } from '../domain/provider.ts';
import type {
  Transport,
  UpstreamControl,
  UpstreamHandler,
  UpstreamRequest,
} from '../domain/upstream.ts';
import { encodeModelList, encodeUnknownModel, pageQueryOf, type ModelEntry } from './model-list.ts';
import type { ModelLists } from './model-lists.ts';
import { decodePathSegment } from './path-segment.ts';

/** The models of all that serve a dialect, as one list. */
type MergedList = (dialect: DialectId) => Promise<readonly ModelEntry[]>;

/** In the form of a provider, so that the request takes the usual way. */
export function createModelCatalogue(lists: ModelLists): Provider {
  return {
    id: 'relaycore',
    type: 'relaycore',
    dialects: ['openai', 'anthropic'],
    needsCredential: false,
    priceProviderId: null,
    isFree: true,
    models: [],
    transport: createCatalogueTransport(async (dialect) =>
      withoutRepeats((await lists.ofDialect(dialect)).flatMap(({ entries }) => entries)),
    ),
    pathFor: (canonicalPath) => canonicalPath,
    host: 'relaycore',
    credentialHeaders: () => [],
    hasStoredCredential: false,
  };
}

/** Of several providers with a model of the same name the first stands for it. */
function withoutRepeats(entries: readonly ModelEntry[]): readonly ModelEntry[] {
  const byId = new Map<string, ModelEntry>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
  return [...byId.values()];
}

function createCatalogueTransport(lists: MergedList): Transport {
  return {
    dispatch: (request, handler) => new CatalogueExchange(request, handler, lists),
    close: () => Promise.resolve(),
  };
}

class CatalogueAbortedError extends Error {
  override readonly name = 'CatalogueAbortedError';
  readonly code = 'UND_ERR_DESTROYED';
}

/** One answer in one piece; pausing would gain nothing. */
class CatalogueExchange implements UpstreamControl {
  readonly wasSent = true;
  readonly #handler: UpstreamHandler;
  #isEnded = false;

  constructor(request: UpstreamRequest, handler: UpstreamHandler, lists: MergedList) {
    this.#handler = handler;
    answer(request, lists).then(
      ({ status, body }) => this.#send(status, body),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
  }

  pause(): void {
    // See above.
  }

  resume(): void {
    // See above.
  }

  abort(): void {
    this.#fail(new CatalogueAbortedError('the list was cancelled'));
  }

  #send(status: number, body: Buffer): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#handler.onHead(status, [
      'content-type',
      'application/json',
      'content-length',
      String(body.length),
    ]);
    this.#handler.onChunk(body);
    this.#handler.onEnd();
  }

  #fail(error: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#handler.onError(error);
  }
}

async function answer(
  request: UpstreamRequest,
  lists: MergedList,
): Promise<{ status: number; body: Buffer }> {
  const isAnthropic = headerValue(request.headers, 'anthropic-version') !== null;
  const dialect = isAnthropic ? 'anthropic' : 'openai';
  const [path = '', query = ''] = request.path.split('?', 2);
  const entries = await lists(dialect);
  const wanted = /^\/v1\/models\/(.+)$/.exec(path)?.[1];
  if (wanted === undefined) {
    return { status: 200, body: encode(encodeModelList(dialect, entries, pageQueryOf(query))) };
  }
  const id = decodePathSegment(wanted);
  const entry = entries.find((candidate) => candidate.id === id);
  return entry === undefined
    ? { status: 404, body: encode(encodeUnknownModel(dialect, id)) }
    : { status: 200, body: encode(entry) };
}

function encode(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
