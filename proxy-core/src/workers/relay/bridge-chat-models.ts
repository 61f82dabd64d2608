// The models of all providers that are open to a client of the bridge, with what each can do and costs.
import type { ChatModel, ChatModels } from '../../contract/bridge/chat.ts';
import type { Provider } from '../../domain/provider.ts';
import type { PriceTable } from '../../pipeline/meter/pricing/price-table.ts';
import { modelFacts, type ModelFacts } from '../../providers/model-facts.ts';
import type { ModelEntry } from '../../providers/model-list.ts';
import type { ModelLists } from '../../providers/model-lists.ts';

export interface ChatModelsDependencies {
  models(): ModelLists;
  readonly prices: PriceTable;
  readonly clock: { now(): number };
}

export async function listChatModels(dependencies: ChatModelsDependencies): Promise<ChatModels> {
  const lists = await dependencies.models().ofAll();
  const models = lists.flatMap(({ provider, entries }) =>
    entries.flatMap((entry) => chatModel(entry, provider, dependencies) ?? []),
  );
  const silent = lists.filter(({ isKnown }) => !isKnown);
  return {
    // What costs nothing because it is a demo comes last.
    models: models.toSorted((a, b) => Number(a.isFree) - Number(b.isFree)),
    notices: silent.map(
      ({ provider }) =>
        `Provider "${provider.id}" did not tell its models. Check its key and address, or list them under providers: in config.yaml.`,
    ),
  };
}

/** What is known of one model; of one that no list has, what its name tells. */
export async function factsOf(
  dependencies: ChatModelsDependencies,
  provider: Provider,
  model: string,
): Promise<ModelFacts | null> {
  const lists = await dependencies.models().ofAll();
  const entries = lists.find((list) => list.provider.id === provider.id)?.entries ?? [];
  return modelFacts(entries.find(({ id }) => id === model) ?? { id: model }, provider);
}

function chatModel(
  entry: ModelEntry,
  provider: Provider,
  { prices, clock }: ChatModelsDependencies,
): ChatModel | null {
  const facts = modelFacts(entry, provider);
  if (facts === null) return null;
  const price = prices.priceOf({
    provider: provider.id,
    priceProviderId: provider.priceProviderId,
    model: entry.id,
    serviceTier: null,
    at: clock.now(),
  })?.tiers[0];
  return {
    id: `${provider.id}/${entry.id}`,
    provider: provider.id,
    model: entry.id,
    ...facts,
    isFree: provider.isFree,
    inputUsdPerMtok: provider.isFree ? 0 : usdPerMtok(price?.input),
    outputUsdPerMtok: provider.isFree ? 0 : usdPerMtok(price?.output),
  };
}

/** The table holds pico-dollars a token, which are micro-dollars a million tokens. */
function usdPerMtok(picoUsd: number | null | undefined): number | null {
  return picoUsd === null || picoUsd === undefined ? null : picoUsd / 1e6;
}
