// Where a request may go. A pass-through credential stays with the provider that it is for; a client
// token opens whatever provider serves the model. Rules, health and cost take their place here.
import type { Operation } from '../../domain/dialect.ts';
import type { Provider } from '../../domain/provider.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate, Route } from '../../domain/route.ts';

/** The providers as configured at this moment. */
export interface ProviderDirectory {
  readonly all: readonly Provider[];
  get(id: string): Provider | null;
  /** Answers `GET /v1/models` for client tokens out of all providers. */
  readonly modelCatalogue: Provider;
}

export interface RouteDependencies {
  providers(): ProviderDirectory;
}

export type RouteStage = (request: RelayRequest) => Route;

/** Throws `no_provider`, which names what to configure. */
export function createRoute(dependencies: RouteDependencies): RouteStage {
  return (request) => {
    const { provider, rule } = choose(request, dependencies.providers());
    return { candidates: [candidateOf(request, provider)], rule };
  };
}

interface Choice {
  readonly provider: Provider;
  readonly rule: string;
}

function choose(request: RelayRequest, directory: ProviderDirectory): Choice {
  const { received, caller } = request;
  if (received.pinnedProvider !== null) return pinned(request, directory);
  if (caller.kind === 'pass-through') return home(request, directory);
  if (received.endpoint.operation === 'list-models') {
    return { provider: directory.modelCatalogue, rule: 'catalogue' };
  }
  const usable = directory.all.filter(
    (provider) =>
      speaks(provider, request) && (provider.hasStoredCredential || !provider.needsCredential),
  );
  const { model } = request.fields;
  const declared = usable.find((provider) => model !== null && provider.models.includes(model));
  if (declared !== undefined) return { provider: declared, rule: 'declared-model' };
  const own = usable.find((provider) => provider.id === received.dialect.id);
  if (own !== undefined) return { provider: own, rule: 'home' };
  // A provider that lists no models may serve any; with two of them the choice would be a guess.
  const open = usable.filter((provider) => provider.models.length === 0);
  const [only] = open;
  if (only !== undefined && open.length === 1) return { provider: only, rule: 'only-provider' };
  throw nothingServes(request, directory);
}

function pinned(request: RelayRequest, directory: ProviderDirectory): Choice {
  const id = request.received.pinnedProvider ?? '';
  const provider = directory.get(id);
  if (provider === null) throw new RelayError('no_provider', `There is no provider "${id}".`);
  if (!speaks(provider, request)) {
    throw new RelayError(
      'no_provider',
      `Provider "${id}" does not speak the ${request.received.dialect.id} dialect of this path.`,
    );
  }
  if (
    request.caller.kind === 'client-token' &&
    provider.needsCredential &&
    !provider.hasStoredCredential
  ) {
    throw new RelayError('no_provider', `Provider "${id}" has no key. ${howToGiveKey(id)}`);
  }
  return { provider, rule: 'pinned' };
}

function home(request: RelayRequest, directory: ProviderDirectory): Choice {
  const { id } = request.received.dialect;
  const provider = directory.get(id);
  if (provider !== null && speaks(provider, request)) return { provider, rule: 'home' };
  throw new RelayError(
    'no_provider',
    `Your ${id} credential can only go to provider "${id}", which is not configured. Enable it under providers: in config.yaml, or use a path /v1/PROVIDER/….`,
  );
}

function speaks(provider: Provider, request: RelayRequest): boolean {
  return provider.dialects.includes(request.received.dialect.id);
}

function candidateOf(request: RelayRequest, provider: Provider): Candidate {
  const isOwn = request.caller.kind === 'pass-through';
  return {
    provider,
    model: request.fields.model,
    credential: isOwn ? 'client' : 'stored',
    account: isOwn ? 'client' : 'stored',
  };
}

/** What to try without a key; the demo does nothing else. */
const demoModels: Partial<Record<Operation, string>> = {
  generate: 'demo',
  embed: 'demo-embedding',
};

function nothingServes(request: RelayRequest, directory: ProviderDirectory): RelayError {
  const { model } = request.fields;
  const { dialect, endpoint, canonicalPath } = request.received;
  const { id } = dialect;
  const demoModel = demoModels[endpoint.operation];
  const isDemoThere = directory.all.some(
    (provider) => provider.isFree && demoModel !== undefined && provider.models.includes(demoModel),
  );
  const hint = isDemoThere ? ` To try without a key, use model "${demoModel}".` : '';
  // What stands behind the question mark may be private.
  const path = canonicalPath.replace(/\?.*$/s, '');
  const what = model === null ? `requests to ${path}` : `model ${JSON.stringify(model)}`;
  return new RelayError('no_provider', `No provider can serve ${what}. ${howToGiveKey(id)}${hint}`);
}

function howToGiveKey(id: string): string {
  const variable = `${id.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_API_KEY`;
  return `Add a key (in an editor by “RelayCore: Add Provider Key…”, else set ${variable}), or add a provider that lists the model under providers: in config.yaml.`;
}
