// What is known of models by their names, for providers that list no more than names. Guesses on the
// safe side: an IDE that believes in too large a window sends requests that the provider refuses.
import { calcPrice, type PriceCalculationResult } from '@pydantic/genai-prices';

export interface KnownModel {
  readonly name: string | null;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
}

/** By the beginning of the name, the longest first; as the providers' pages say, November 2026. */
const outputLimits: readonly (readonly [prefix: string, tokens: number])[] = [
  ['claude-3-haiku', 4_096],
  ['claude-3-opus', 4_096],
  ['claude-3-5', 8_192],
  ['claude-opus-4-1', 32_000],
  ['claude-opus-4-2', 32_000],
  ['claude-opus-4-0', 32_000],
  ['claude', 64_000],
  ['gpt-3.5', 4_096],
  ['gpt-4o', 16_384],
  ['gpt-4.1', 32_768],
  ['gpt-4-turbo', 4_096],
  ['gpt-4', 4_096],
  ['gpt-5', 128_000],
  ['o1', 100_000],
  ['o3', 100_000],
  ['o4', 100_000],
];

const seeing =
  /^(gpt-4o|gpt-4\.1|gpt-4-turbo|gpt-[5-9]|chatgpt-4o|o1|o3|o4|claude|gemini|pixtral|grok-4)|vision|llava|(^|[-/_])vl([-/_:]|\d|$)/;
const blind = /^(o1-mini|o1-preview|o3-mini|claude-2|claude-instant)/;
const withoutTools = /^(o1-mini|o1-preview|chatgpt-4o)/;
/** Models for something else than chat. */
const otherTrades =
  /embed|whisper|(^|[-/])tts|dall-e|-image|(^|[-/])sora|audio|realtime|transcribe|moderation|rerank|guard|^(davinci|babbage|text-|omni-)|instruct-0914$|3\.5-turbo-instruct/;
/** OpenAI serves these through its Responses API alone. */
const responsesOnly = /-codex|-pro(-\d|$)|deep-research|computer-use/;

/** `priceProviderId` as in `Provider`; what the price table does not know is null. */
export function knownModel(id: string, priceProviderId: string | null): KnownModel {
  const base = baseName(id);
  const record = priceProviderId === null ? null : recordOf(priceProviderId, id);
  return {
    name: record?.model.name ?? null,
    contextTokens: record?.model.context_window ?? null,
    maxOutputTokens: outputLimits.find(([prefix]) => base.startsWith(prefix))?.[1] ?? null,
  };
}

export function isChatName(id: string, isOpenai: boolean): boolean {
  const base = baseName(id);
  return !otherTrades.test(base) && !(isOpenai && responsesOnly.test(base));
}

export function seesByName(id: string): boolean {
  const base = baseName(id);
  return seeing.test(base) && !blind.test(base);
}

export function callsToolsByName(id: string): boolean {
  return !withoutTools.test(baseName(id));
}

/** Gateways put the maker in front: `anthropic/claude-sonnet-5`. */
function baseName(id: string): string {
  return (id.split('/').at(-1) ?? id).toLowerCase();
}

/** The library throws on records that contradict themselves: such a model is unknown. */
function recordOf(providerId: string, model: string): PriceCalculationResult {
  try {
    return calcPrice({}, model, { providerId });
  } catch {
    return null;
  }
}
