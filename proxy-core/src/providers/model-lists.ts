// Which models each provider serves: as declared, else as it tells. Lists are kept for a while, so
// that nobody waits for a provider twice in a minute.
import type { DialectId } from '../contract/names.ts';
import type { Provider } from '../domain/provider.ts';
import { fetchModels } from './fetch-models.ts';
import { declaredModel, type ModelEntry } from './model-list.ts';
import type { ProviderClock } from './provider-type.ts';

export interface ModelListsDependencies {
  readonly clock: ProviderClock;
  readonly log: { warn(fields: object, message: string): void };
  /** In the order in which they stand for a model that several serve. */
  readonly providers: readonly Provider[];
}

/** What one provider told. `isKnown` is false where it did not answer, and the list empty then. */
export interface ProviderModels {
  readonly provider: Provider;
  readonly entries: readonly ModelEntry[];
  readonly isKnown: boolean;
}

export interface ModelLists {
  /** The providers that are open to a client without a credential of its own and speak the dialect. */
  ofDialect(dialect: DialectId): Promise<readonly ProviderModels[]>;
  /** All open providers, each asked in the dialect that it speaks first. */
  ofAll(): Promise<readonly ProviderModels[]>;
}

/** Claude Code waits three seconds for the list, and shows none if it comes later. */
const timeoutMs = 2_000;
const keepMs = 60_000;
/** A provider that fails is asked again sooner, but does not delay every list by its time-out. */
const keepFailureMs = 10_000;

interface Kept {
  readonly until: number;
  readonly models: Promise<ProviderModels>;
}

export function createModelLists(dependencies: ModelListsDependencies): ModelLists {
  const kept = {
    openai: new Map<Provider, Kept>(),
    anthropic: new Map<Provider, Kept>(),
  } as const satisfies Record<DialectId, unknown>;
  const modelsOf = (provider: Provider, dialect: DialectId): Promise<ProviderModels> => {
    const now = dependencies.clock.now();
    const known = kept[dialect].get(provider);
    if (known !== undefined && known.until > now) return known.models;
    const models = listOf(provider, dialect, dependencies).then(
      (entries) => ({ provider, entries, isKnown: true }),
      (error: unknown) => {
        dependencies.log.warn(
          { error, provider: provider.id },
          'the list of models leaves a provider out that did not answer',
        );
        kept[dialect].set(provider, { until: now + keepFailureMs, models });
        return { provider, entries: [], isKnown: false };
      },
    );
    kept[dialect].set(provider, { until: now + keepMs, models });
    return models;
  };
  return {
    ofDialect: (dialect) =>
      Promise.all(
        dependencies.providers
          .filter((provider) => isOpen(provider) && provider.dialects.includes(dialect))
          .map((provider) => modelsOf(provider, dialect)),
      ),
    ofAll: () =>
      Promise.all(
        dependencies.providers
          .filter(isOpen)
          .flatMap((provider) => provider.dialects.slice(0, 1).map((id) => modelsOf(provider, id))),
      ),
  };
}

function isOpen(provider: Provider): boolean {
  return provider.hasStoredCredential || !provider.needsCredential;
}

/** Declared models stand for the whole list: they are declared where the provider cannot be asked. */
async function listOf(
  provider: Provider,
  dialect: DialectId,
  { clock }: ModelListsDependencies,
): Promise<readonly ModelEntry[]> {
  if (provider.models.length > 0) {
    return provider.models.map((id) => declaredModel(dialect, id, provider.id));
  }
  return fetchModels(provider, dialect, { clock, timeoutMs });
}
