// The configured providers, rebuilt when the configuration changes. Connections are shared by origin
// and outlive a change; what is no longer used closes when its last stream has ended.
import { RelayError } from '../../domain/relay-error.ts';
import type { Provider } from '../../domain/provider.ts';
import type { Transport } from '../../domain/upstream.ts';
import type { ProviderDirectory } from '../../pipeline/route/route.ts';
import { createHttpTransport } from '../../platform/http-client/http-transport.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { SecretString } from '../../platform/redact/secret-string.ts';
import { createModelCatalogue } from '../../providers/model-catalogue.ts';
import { createModelLists, type ModelLists } from '../../providers/model-lists.ts';
import { providerTypes } from '../../providers/registry.ts';
import type { ProviderSettings, Settings } from '../../settings/schema.ts';

export interface LiveProviders {
  current(): ProviderDirectory;
  /** What the providers of now serve. */
  models(): ModelLists;
  /** Goes over to other settings; requests that run keep the provider that they began with. */
  apply(settings: Settings, keys: ReadonlyMap<string, SecretString>): void;
  close(): Promise<void>;
}

export interface LiveProvidersDependencies {
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
}

export function createLiveProviders(dependencies: LiveProvidersDependencies): LiveProviders {
  let directory: ProviderDirectory | null = null;
  let lists: ModelLists | null = null;
  let transports = new Map<string, Transport>();
  let internals: Transport[] = [];
  const closeAll = (closing: Iterable<Transport>): Promise<unknown> =>
    Promise.all([...closing].map((transport) => transport.close()));
  const notYet = (): RelayError => new RelayError('internal', 'The providers are not there yet.');
  return {
    current() {
      if (directory === null) throw notYet();
      return directory;
    },
    models() {
      if (lists === null) throw notYet();
      return lists;
    },
    apply(settings, keys) {
      const kept = new Map<string, Transport>();
      const before = internals;
      const createTransport = (origin: string): Transport => {
        const id = JSON.stringify([origin, settings.upstream]);
        const transport = kept.get(id) ?? transports.get(id) ?? transportTo(origin, settings);
        kept.set(id, transport);
        return transport;
      };
      const all = Object.entries(settings.providers)
        .filter(([, provider]) => provider.enabled)
        .map(([id, provider]) =>
          providerTypes[provider.type].createProvider(
            { clock: dependencies.clock, createTransport },
            optionsOf(id, provider, keys),
          ),
        );
      lists = createModelLists({ ...dependencies, providers: all });
      const modelCatalogue = createModelCatalogue(lists);
      directory = directoryOf(all, modelCatalogue);
      const shared = new Set(kept.values());
      internals = [...all, modelCatalogue]
        .map(({ transport }) => transport)
        .filter((transport) => !shared.has(transport));
      const dropped = [...transports].filter(([id]) => !kept.has(id)).map(([, old]) => old);
      transports = kept;
      void closeAll([...dropped, ...before]);
    },
    async close() {
      await closeAll([...transports.values(), ...internals]);
    },
  };
}

function transportTo(origin: string, { upstream }: Settings): Transport {
  return createHttpTransport({
    origin,
    connectTimeoutMs: upstream.connectTimeoutMs,
    maxConnections: upstream.maxConnectionsPerOrigin,
  });
}

function optionsOf(
  id: string,
  provider: ProviderSettings,
  keys: ReadonlyMap<string, SecretString>,
): {
  id: string;
  baseUrl: string | null;
  apiKey: (() => string) | null;
  models: readonly string[];
} {
  const key = keys.get(id);
  return {
    id,
    baseUrl: provider.baseUrl,
    apiKey: key === undefined ? null : () => key.reveal(),
    models: provider.models,
  };
}

function directoryOf(all: readonly Provider[], modelCatalogue: Provider): ProviderDirectory {
  const byId = new Map(all.map((provider) => [provider.id, provider]));
  return { all, modelCatalogue, get: (id) => byId.get(id) ?? null };
}
