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
import { fetchModels } from './fetch-models.ts';
import {
  declaredModel,
  encodeModelList,
  encodeUnknownModel,
  pageQueryOf,
  type ModelEntry,
} from './model-list.ts';
import { decodePathSegment } from './path-segment.ts';
import type { ProviderClock } from './provider-type.ts';

export interface ModelCatalogueDependencies {
  readonly clock: ProviderClock;
  readonly log: { warn(fields: object, message: string): void };
  /** In the order in which they stand for a model that several serve. */
  readonly providers: readonly Provider[];
}

/** Claude Code waits three seconds for the list, and shows none if it comes later. */
const timeoutMs = 2_000;
const keepMs = 60_000;
/** A provider that fails is asked again sooner, but does not delay every list by its time-out. */
const keepFailureMs = 10_000;

interface Kept {
  readonly until: number;
  readonly entries: Promise<readonly ModelEntry[]>;
}

/** In the form of a provider, so that the request takes the usual way. */
export function createModelCatalogue(dependencies: ModelCatalogueDependencies): Provider {
  return {
    id: 'relaycore',
    type: 'relaycore',
    dialects: ['openai', 'anthropic'],
    needsCredential: false,
    priceProviderId: null,
    isFree: true,
    models: [],
    transport: createCatalogueTransport(createModelLists(dependencies)),
    pathFor: (canonicalPath) => canonicalPath,
    host: 'relaycore',
    credentialHeaders: () => [],
    hasStoredCredential: false,
  };
}

type ModelLists = (dialect: DialectId) => Promise<readonly ModelEntry[]>;

function createModelLists(dependencies: ModelCatalogueDependencies): ModelLists {
  const kept = {
    openai: new Map<Provider, Kept>(),
    anthropic: new Map<Provider, Kept>(),
  } as const satisfies Record<DialectId, unknown>;
  const entriesOf = (provider: Provider, dialect: DialectId): Kept['entries'] => {
    const now = dependencies.clock.now();
    const known = kept[dialect].get(provider);
    if (known !== undefined && known.until > now) return known.entries;
    const entries = listOf(provider, dialect, dependencies).catch((error: unknown) => {
      dependencies.log.warn(
        { error, provider: provider.id },
        'the list of models leaves a provider out that did not answer',
      );
      kept[dialect].set(provider, { until: now + keepFailureMs, entries });
      return [];
    });
    kept[dialect].set(provider, { until: now + keepMs, entries });
    return entries;
  };
  return async (dialect) => {
    const asked = dependencies.providers.filter((provider) => canServe(provider, dialect));
    const lists = await Promise.all(asked.map((provider) => entriesOf(provider, dialect)));
    return withoutRepeats(lists.flat());
  };
}

/** Of several providers with a model of the same name the first stands for it. */
function withoutRepeats(entries: readonly ModelEntry[]): readonly ModelEntry[] {
  const byId = new Map<string, ModelEntry>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
  return [...byId.values()];
}

function canServe(provider: Provider, dialect: DialectId): boolean {
  const isOpen = provider.hasStoredCredential || !provider.needsCredential;
  return isOpen && provider.dialects.includes(dialect);
}

/** Declared models stand for the whole list: they are declared where the provider cannot be asked. */
async function listOf(
  provider: Provider,
  dialect: DialectId,
  { clock }: ModelCatalogueDependencies,
): Promise<readonly ModelEntry[]> {
  if (provider.models.length > 0) {
    return provider.models.map((id) => declaredModel(dialect, id, provider.id));
  }
  return fetchModels(provider, dialect, { clock, timeoutMs });
}

function createCatalogueTransport(lists: ModelLists): Transport {
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
  readonly #handler: UpstreamHandler;
  #isEnded = false;

  constructor(request: UpstreamRequest, handler: UpstreamHandler, lists: ModelLists) {
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
  lists: ModelLists,
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
