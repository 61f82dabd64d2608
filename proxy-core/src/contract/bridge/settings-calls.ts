// Calls about configuration, providers, keys and client tokens.
import { z } from 'zod';
import {
  clientTokensSchema,
  configExplanationSchema,
  configPatchSchema,
  configSchema,
  createClientTokenSchema,
  createdClientTokenSchema,
  explainedSettingSchema,
  providerStatusSchema,
  revokedSchema,
} from '../control.ts';
import { dialectIds } from '../names.ts';

const none = z.strictObject({});
const providerId = z.string().min(1).max(100);

export const providerInfoSchema = providerStatusSchema.extend({
  type: z.string(),
  /** Null for the demo, which needs no network. */
  baseUrl: z.string().nullable(),
  dialects: z.array(z.enum(dialectIds)),
  /** Declared in the configuration; empty where the provider is asked. */
  models: z.array(z.string()),
  isEnabled: z.boolean(),
  needsKey: z.boolean(),
  /** A key is stored, from the environment or from a window. */
  hasKey: z.boolean(),
});
export type ProviderInfo = z.infer<typeof providerInfoSchema>;

/** What asking a provider for its models gave. */
export const providerTestSchema = z.object({
  provider: z.string(),
  /**
   * `no_key`: nothing to ask with. `key_refused`: 401 or 403. `refused`: another error status.
   * `unreachable`: no connection. `timeout`: no answer in time. `invalid`: an answer that is no list.
   */
  outcome: z.enum(['ok', 'no_key', 'key_refused', 'refused', 'unreachable', 'timeout', 'invalid']),
  /** Of the answer; null where there was none. */
  status: z.number().int().nullable(),
  latencyMs: z.number().nullable(),
  /** How many the provider listed. */
  models: z.number().int().nullable(),
  /** For people: what it means and what to do. */
  message: z.string(),
});
export type ProviderTest = z.infer<typeof providerTestSchema>;

export const secretOfferSchema = z.strictObject({
  /** Provider id. */
  provider: providerId,
  account: z.string().min(1).max(100),
  /** Null: it was removed. */
  key: z.string().min(1).max(8192).nullable(),
  /** Epoch milliseconds; of two offers for the same account the newer wins. */
  updatedAt: z.number().int().min(0),
  /** Where the user gave the key for; absent: where the provider is reached now. */
  baseUrl: z.string().max(2000).optional(),
});
export type SecretOffer = z.infer<typeof secretOfferSchema>;

export const secretVerdictSchema = z.object({
  provider: z.string(),
  account: z.string(),
  /** `held`: in use now. `removed`: gone. `older`: a newer one is known. `refused`: see `reason`. */
  outcome: z.enum(['held', 'removed', 'older', 'refused']),
  /** A sentence; null unless refused. */
  reason: z.string().nullable(),
});
export type SecretVerdict = z.infer<typeof secretVerdictSchema>;

export const settingsCalls = {
  'config.get': { params: none, result: configSchema },
  'config.patch': {
    params: z.strictObject({
      /** A part of `config.yaml`; null takes a value out. */
      patch: configPatchSchema,
      /** Saved to `config.yaml`, comments kept; else until the core ends. */
      persist: z.boolean().default(true),
    }),
    result: configSchema.extend({
      /** What the change set and the environment or an unsaved change overrides. */
      overridden: z.array(explainedSettingSchema),
    }),
  },
  'config.explain': { params: none, result: configExplanationSchema },
  'providers.list': { params: none, result: z.object({ providers: z.array(providerInfoSchema) }) },
  'providers.test': {
    params: z.strictObject({ provider: providerId }),
    result: providerTestSchema,
  },
  'tokens.create': { params: createClientTokenSchema, result: createdClientTokenSchema },
  'tokens.list': { params: none, result: clientTokensSchema },
  'tokens.revoke': {
    params: z.strictObject({
      /** Name or id. */
      name: z.string().min(1).max(200),
    }),
    result: revokedSchema,
  },
  'secrets.offer': {
    params: z.strictObject({ offers: z.array(secretOfferSchema).max(200) }),
    result: z.object({ verdicts: z.array(secretVerdictSchema) }),
  },
} as const;
