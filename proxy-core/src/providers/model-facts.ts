// What a model can do, from what its provider tells of it, in whatever words that provider has; where
// it says nothing, from its name.
import type { Provider } from '../domain/provider.ts';
import { callsToolsByName, isChatName, knownModel, seesByName } from './known-models.ts';
import type { ModelEntry } from './model-list.ts';

export interface ModelFacts {
  /** For people. */
  readonly name: string;
  readonly family: string;
  /** The date in the name where there is one, else `latest`. */
  readonly version: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly takesImages: boolean;
  readonly callsTools: boolean;
}

type Asked = Pick<Provider, 'type' | 'priceProviderId'>;

/** Of a model that nobody describes; what most models of this year hold at least. */
const guessedContextTokens = 128_000;
const guessedOutputTokens = 16_384;
/** An answer may take this part of the window at most: the rest is for the question. */
const outputShare = 0.5;

/** Null where the model is for something else than chat. */
export function modelFacts(entry: ModelEntry, provider: Asked): ModelFacts | null {
  if (!isForChat(entry, provider)) return null;
  const known = knownModel(entry.id, provider.priceProviderId);
  const context =
    countIn(entry, contextMembers) ??
    countIn(objectIn(entry, 'top_provider'), contextMembers) ??
    known.contextTokens ??
    guessedContextTokens;
  const output =
    countIn(entry, outputMembers) ??
    countIn(objectIn(entry, 'top_provider'), outputMembers) ??
    known.maxOutputTokens ??
    guessedOutputTokens;
  const maxOutputTokens = Math.max(1, Math.min(output, Math.floor(context * outputShare)));
  const { family, version } = familyOf(entry.id);
  return {
    name: nameOf(entry, known.name, version),
    family,
    version,
    maxInputTokens: Math.max(1, context - maxOutputTokens),
    maxOutputTokens,
    takesImages: takesImages(entry),
    callsTools: callsTools(entry),
  };
}

/** Anthropic; Groq; OpenRouter and Together; Mistral; LM Studio; vLLM. */
const contextMembers = [
  'max_input_tokens',
  'context_window',
  'context_length',
  'max_context_length',
  'max_model_len',
];
/** Groq and OpenRouter; Anthropic; others. */
const outputMembers = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'];

function isForChat(entry: ModelEntry, provider: Asked): boolean {
  const capabilities = objectIn(entry, 'capabilities');
  if (capabilities['completion_chat'] === false) return false;
  const kind = entry['type'];
  if (typeof kind === 'string' && otherKinds.has(kind)) return false;
  const modalities = objectIn(entry, 'architecture')['output_modalities'];
  if (Array.isArray(modalities) && !modalities.includes('text')) return false;
  return isChatName(entry.id, provider.type === 'openai');
}

/** `type` of Together's and LM Studio's lists; Anthropic's is always `model`. */
const otherKinds: ReadonlySet<string> = new Set([
  'embedding',
  'embeddings',
  'image',
  'video',
  'audio',
  'transcribe',
  'rerank',
  'moderation',
]);

function takesImages(entry: ModelEntry): boolean {
  const capabilities = objectIn(entry, 'capabilities');
  const told = capabilities['vision'] ?? objectIn(capabilities, 'image_input')['supported'];
  if (typeof told === 'boolean') return told;
  const modalities = objectIn(entry, 'architecture')['input_modalities'];
  if (Array.isArray(modalities)) return modalities.includes('image');
  return entry['type'] === 'vlm' || seesByName(entry.id);
}

function callsTools(entry: ModelEntry): boolean {
  const told = objectIn(entry, 'capabilities')['function_calling'];
  if (typeof told === 'boolean') return told;
  const parameters = entry['supported_parameters'];
  if (Array.isArray(parameters)) return parameters.includes('tools');
  return callsToolsByName(entry.id);
}

/** Two releases of one model may have one name: the date tells them apart. */
function nameOf(entry: ModelEntry, known: string | null, version: string): string {
  for (const told of [entry['display_name'], entry['name']]) {
    if (typeof told === 'string' && told !== '') return told;
  }
  if (known === null) return entry.id;
  return version === 'latest' || known.includes(version) ? known : `${known} (${version})`;
}

function familyOf(id: string): { readonly family: string; readonly version: string } {
  const dated = /^(.+?)[-@](\d{4}-\d\d-\d\d|\d{8}|latest)$/.exec(id);
  return { family: dated?.[1] ?? id, version: dated?.[2] ?? 'latest' };
}

interface Members {
  readonly [member: string]: unknown;
}

function objectIn(members: Members, name: string): Members {
  const value = members[name];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value)) : {};
}

/** The first of the members that is a number of tokens. */
function countIn(members: Members, names: readonly string[]): number | null {
  for (const name of names) {
    const value = members[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  }
  return null;
}
