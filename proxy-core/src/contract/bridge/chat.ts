// Model calls over the bridge: `chat.models`, `chat.stream`, `chat.cancel`. Messages and events are of
// no provider's dialect; the core translates them to the dialect of the model's provider and back.
import { z } from 'zod';
import { cacheDirectives, cacheOutcomes } from '../names.ts';

const idSchema = z.string().min(1).max(200);
const labelSchema = z.string().min(1).max(200);
/** Stands in rows, in the log and in the keys of the cache, as names of tokens do. */
const clientSchema = labelSchema.regex(/^\P{Cc}+$/u, 'expected no control characters');

// --- Models ---

export const chatModelSchema = z.object({
  /** `PROVIDER/MODEL`, unique. */
  id: z.string(),
  provider: z.string(),
  /** As the provider names it, and as `chat.stream` takes it. */
  model: z.string(),
  /** For people. */
  name: z.string(),
  /** Models of one family answer alike: the name without its date (`gpt-5`, `claude-sonnet-5`). */
  family: z.string(),
  /** The date in the name where there is one, else `latest`. */
  version: z.string(),
  /** Tokens that a request may hold; RelayCore's guess where neither provider nor price table says. */
  maxInputTokens: z.number().int().positive(),
  maxOutputTokens: z.number().int().positive(),
  takesImages: z.boolean(),
  callsTools: z.boolean(),
  /** Nothing is billed (the demo). */
  isFree: z.boolean(),
  /** List prices in US dollars for a million tokens; null where unknown. */
  inputUsdPerMtok: z.number().nullable(),
  outputUsdPerMtok: z.number().nullable(),
});
export type ChatModel = z.infer<typeof chatModelSchema>;

export const chatModelsSchema = z.object({
  models: z.array(chatModelSchema),
  /** Sentences for people: providers that did not tell their models, and why. */
  notices: z.array(z.string()),
});
export type ChatModels = z.infer<typeof chatModelsSchema>;

// --- Messages ---

const textPartSchema = z.strictObject({ type: z.literal('text'), text: z.string() });
const imagePartSchema = z.strictObject({
  type: z.literal('image'),
  /** Such as `image/png`. */
  mimeType: z.string().regex(/^image\/[\w.+-]{1,60}$/, 'expected image/…'),
  /** Base64. */
  data: z.base64(),
});
/** What a model thought aloud; goes back to models that ask for it, with the provider's signature. */
const thinkingPartSchema = z.strictObject({
  type: z.literal('thinking'),
  text: z.string(),
  signature: z.string().nullable(),
});
const toolCallPartSchema = z.strictObject({
  type: z.literal('tool-call'),
  id: idSchema,
  name: labelSchema,
  arguments: z.record(z.string(), z.unknown()),
});
const toolResultPartSchema = z.strictObject({
  type: z.literal('tool-result'),
  /** The `id` of the call that it answers. */
  id: idSchema,
  content: z.array(z.discriminatedUnion('type', [textPartSchema, imagePartSchema])),
  isError: z.boolean().default(false),
});

export const chatMessageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.array(textPartSchema) }),
  z.strictObject({
    role: z.literal('user'),
    content: z.array(
      z.discriminatedUnion('type', [textPartSchema, imagePartSchema, toolResultPartSchema]),
    ),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.array(
      z.discriminatedUnion('type', [textPartSchema, thinkingPartSchema, toolCallPartSchema]),
    ),
  }),
]);
export type ChatMessage = z.infer<typeof chatMessageSchema>;
export type ChatTextPart = z.infer<typeof textPartSchema>;
export type ChatImagePart = z.infer<typeof imagePartSchema>;
export type ChatToolResultPart = z.infer<typeof toolResultPartSchema>;

export const chatToolSchema = z.strictObject({
  name: labelSchema,
  description: z.string(),
  /** JSON Schema of the arguments, an object's. */
  inputSchema: z.record(z.string(), z.unknown()).optional(),
});
export type ChatTool = z.infer<typeof chatToolSchema>;

// --- A call ---

export const chatStreamSchema = z.strictObject({
  /** Chosen by the client, unique on its connection while the call runs. */
  streamId: idSchema,
  /** As in `chat.models`. */
  provider: labelSchema,
  model: labelSchema,
  messages: z.array(chatMessageSchema).min(1),
  tools: z.array(chatToolSchema).default([]),
  /** `required`: the model has to call one of the tools. */
  toolMode: z.enum(['auto', 'required']).default('auto'),
  /**
   * Members of the provider's own request (`temperature`, `max_tokens`, `thinking`…), sent as they
   * are. What RelayCore writes itself (model, messages, tools, stream) wins.
   */
  options: z.record(z.string(), z.unknown()).default({}),
  /** Who asks, for ledger and reports. */
  client: clientSchema.default('bridge-chat'),
  workspace: labelSchema.optional(),
  branch: labelSchema.optional(),
  /** As the header `x-relaycore-cache`. */
  cache: z.enum(cacheDirectives).optional(),
});
export type ChatStream = z.infer<typeof chatStreamSchema>;

/** The request less what concerns only the bridge; what a dialect translates. */
export type ChatRequest = Pick<ChatStream, 'model' | 'messages' | 'tools' | 'toolMode' | 'options'>;

const chatPartEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  /** `signature` comes alone, at the end of the thought that it signs. */
  z.object({ type: z.literal('thinking'), text: z.string(), signature: z.string().nullable() }),
  /** Whole: never in pieces. */
  z.object({
    type: z.literal('tool-call'),
    id: z.string(),
    name: z.string(),
    arguments: z.record(z.string(), z.unknown()),
  }),
]);
export type ChatPartEvent = z.infer<typeof chatPartEventSchema>;

/** The notification `chat.event`: to the connection that made the call only, and without a `seq`. */
export const chatEventSchema = z.object({ streamId: z.string(), event: chatPartEventSchema });
export type ChatEventNotification = z.infer<typeof chatEventSchema>;

/**
 * Why the answer ended. `cancelled`: by `chat.cancel` or because the connection closed. `filtered`:
 * the provider withheld it. `refused`: the model declined.
 */
export const chatEndReasons = [
  'stop',
  'length',
  'tool-calls',
  'filtered',
  'refused',
  'cancelled',
  'other',
] as const;
export type ChatEndReason = (typeof chatEndReasons)[number];

export const chatUsageSchema = z.object({
  /** Neither read from nor written to the provider's prompt cache. */
  inputTokens: z.number().int(),
  cacheReadTokens: z.number().int(),
  cacheWriteTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** The part of `outputTokens` that was reasoning. */
  reasoningTokens: z.number().int(),
  /** RelayCore's estimate, because the provider reported nothing. */
  isEstimated: z.boolean(),
});
export type ChatUsage = z.infer<typeof chatUsageSchema>;

/** The result of `chat.stream`, after its last event. What it cost is what stands in the ledger. */
export const chatResultSchema = z.object({
  /** Of the ledger's row. */
  requestId: z.string(),
  endReason: z.enum(chatEndReasons),
  /** As the provider named it in the answer, where it did. */
  model: z.string(),
  cache: z.enum(cacheOutcomes),
  /** Null where unknown. On a hit the tokens that the answer once took, where it says so. */
  usage: chatUsageSchema.nullable(),
  costNanoUsd: z.number().int().nullable(),
  savedByCacheNanoUsd: z.number().int().nullable(),
});
export type ChatResult = z.infer<typeof chatResultSchema>;

export const chatCancelSchema = z.strictObject({ streamId: idSchema });

/** False: nothing of that name runs on this connection (any more). */
export const chatCancelledSchema = z.object({ cancelled: z.boolean() });

/** Spread into the table of `index.ts`. */
export const chatCalls = {
  'chat.models': { params: z.strictObject({}), result: chatModelsSchema },
  'chat.stream': { params: chatStreamSchema, result: chatResultSchema },
  'chat.cancel': { params: chatCancelSchema, result: chatCancelledSchema },
} as const;

export const chatNotifications = { 'chat.event': chatEventSchema } as const;
