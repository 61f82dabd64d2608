// A model of the core as the editor wants to know it.
import type { ChatModel } from '@relaycore/proxy-core/contract/bridge';
import type { ModelInformation } from './editor-api.ts';

export function modelInformation(model: ChatModel): ModelInformation {
  const price = priceOf(model);
  return {
    id: model.id,
    provider: model.provider,
    model: model.model,
    name: model.name,
    family: model.family,
    version: model.version,
    detail: model.provider,
    tooltip: tooltipOf(model, price),
    maxInputTokens: model.maxInputTokens,
    maxOutputTokens: model.maxOutputTokens,
    isUserSelectable: true,
    ...(price === null ? {} : { pricing: price }),
    capabilities: { imageInput: model.takesImages, toolCalling: model.callsTools },
  };
}

function tooltipOf({ model, provider, isFree }: ChatModel, price: string | null): string {
  const through = `${model} of ${provider} through RelayCore: cached, metered, on your own key.`;
  if (isFree) return 'RelayCore’s demo: it answers without a provider and costs nothing.';
  return price === null ? `${through} Its price is not known.` : `${through} ${price}.`;
}

/** In US dollars for a million tokens; null where unknown. */
function priceOf({ isFree, inputUsdPerMtok, outputUsdPerMtok }: ChatModel): string | null {
  if (isFree) return 'Free';
  if (inputUsdPerMtok === null || outputUsdPerMtok === null) return null;
  return `$${dollars(inputUsdPerMtok)} in, $${dollars(outputUsdPerMtok)} out per million tokens`;
}

function dollars(usd: number): string {
  return usd >= 1 ? usd.toFixed(2).replace(/[.]00$/, '') : String(Number(usd.toFixed(4)));
}
