// Questions to the control plane and its answers (DESIGN 6.2). What arrives in a query string is
// text, so those schemas turn text into the values of `analytics.ts`.
import { z } from 'zod';
import { groupings } from './analytics.ts';

/** The body of every error of the control plane; `code` is one of the error catalogue. */
export const controlErrorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
});
export type ControlError = z.infer<typeof controlErrorSchema>;

// --- Health ---

export const healthQuerySchema = z.object({
  nonce: z.string().min(1).max(256).optional().meta({
    description: 'Asks for `proof`, the HMAC-SHA256 of this text under the control token.',
  }),
});

export const providerStatusSchema = z.object({
  id: z.string(),
  /** `unknown` until a request has gone there. */
  status: z.enum(['ok', 'degraded', 'down', 'unknown']),
  circuit: z.enum(['closed', 'half-open', 'open']),
  /** Of the latest answers, milliseconds to the first byte; null where there was none. */
  latencyMs: z.number().nullable(),
});
export type ProviderStatus = z.infer<typeof providerStatusSchema>;

/** What anybody on the machine may know. */
export const publicHealthSchema = z.object({
  /** `degraded`: it works, but a notice says what does not. */
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  /** 64 hexadecimal digits; only where a nonce was sent. */
  proof: z.string().optional(),
});
export type PublicHealth = z.infer<typeof publicHealthSchema>;

export const healthSchema = publicHealthSchema.extend({
  pid: z.number().int(),
  leader: z.boolean(),
  /** Random per start of a core. */
  epoch: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.number().int(),
  uptimeSeconds: z.number().int(),
  providers: z.array(providerStatusSchema),
  /** Sentences for people: what is wrong and what to do. */
  notices: z.array(z.string()),
  inFlight: z.object({
    requests: z.number().int(),
    bytes: z.number().int(),
    upstream: z.number().int(),
  }),
});
export type Health = z.infer<typeof healthSchema>;

// --- Cache ---

const cacheSizeSchema = z.object({
  entries: z.number().int(),
  bytes: z.number().int(),
  maxBytes: z.number().int(),
});

/** Sizes now; lookups since the core started. */
export const cacheStatsSchema = z.object({
  memory: cacheSizeSchema,
  disk: cacheSizeSchema,
  hits: z.number().int(),
  misses: z.number().int(),
  /** Answered by joining an identical request in flight. */
  coalesced: z.number().int(),
});
export type CacheStatsReport = z.infer<typeof cacheStatsSchema>;

export const cacheClearSchema = z
  .strictObject({
    scope: z.enum(['all', 'workspace', 'model', 'provider']).default('all'),
    value: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .meta({ description: 'The workspace, model or provider; needed unless the scope is `all`.' }),
    olderThanSeconds: z.number().min(0).max(1e10).optional(),
  })
  .superRefine(({ scope, value }, context) => {
    if (scope === 'all' && value !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: 'only goes with a scope of workspace, model or provider',
      });
    }
    if (scope !== 'all' && value === undefined) {
      context.addIssue({ code: 'custom', path: ['value'], message: `which ${scope} is missing` });
    }
  });
export type CacheClear = z.infer<typeof cacheClearSchema>;

export const cacheClearedSchema = z.object({ cleared: z.number().int() });

// --- Analytics ---

const isoTime = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d))?$/;

/** Epoch milliseconds, or null where the text is neither those nor ISO 8601 with an offset. */
export function parseTime(text: string): number | null {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  // A `+` that was not percent-encoded arrives as a space.
  const repaired = text.replace(/ (\d\d:?\d\d)$/, '+$1');
  if (!isoTime.test(repaired)) return null;
  const time = Date.parse(repaired.replace(' ', 'T'));
  return Number.isNaN(time) ? null : time;
}

const timeSchema = z
  .string()
  .transform((text, context) => {
    const time = parseTime(text);
    if (time !== null) return time;
    context.addIssue({
      code: 'custom',
      message:
        'expected epoch milliseconds or ISO 8601 with an offset, such as 2026-11-21T00:00:00Z',
    });
    return z.NEVER;
  })
  .meta({
    description: 'Epoch milliseconds, or ISO 8601 with an offset (a date alone: its start in UTC).',
    examples: ['2026-11-21T00:00:00Z'],
  });

const integerSchema = z
  .string()
  .regex(/^-?\d{1,9}$/, 'expected a whole number')
  .transform(Number);
const labelSchema = z.string().max(500).optional();

const filterQuery = {
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  model: labelSchema,
  provider: labelSchema,
  assistant: labelSchema,
  workspace: labelSchema,
  branch: labelSchema,
  user: labelSchema,
  session: labelSchema,
};

export const usageQueryStringSchema = z.strictObject({
  ...filterQuery,
  groupBy: z.enum(groupings).optional(),
  timezoneOffsetMinutes: integerSchema
    .pipe(z.number().min(-1440).max(1440))
    .optional()
    .meta({ description: 'Minutes east of UTC, for the borders of days and hours.' }),
});

export const requestsQueryStringSchema = z.strictObject({
  ...filterQuery,
  limit: integerSchema
    .pipe(z.number().min(1).max(1000))
    .optional()
    .meta({ description: 'Rows a page, 1 to 1000; 100 where it is not given.' }),
  cursor: z
    .string()
    .max(200)
    .optional()
    .meta({ description: '`nextCursor` of the page before; newest rows come first.' }),
});

// --- Configuration ---

/** A tree of settings, as it would stand in `config.yaml`. */
export const settingsTreeSchema = z.record(z.string(), z.unknown());
export type SettingsTree = z.infer<typeof settingsTreeSchema>;

export const configSchema = z.object({
  config: settingsTreeSchema,
  /** Why the file as it stands now is not in effect; null where it is. */
  lastError: z.string().nullable(),
});

export const configPatchSchema = settingsTreeSchema.refine(
  (change) => Object.keys(change).length > 0,
  'there is nothing to change in it',
);

export const configPatchQuerySchema = z.strictObject({
  persist: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: '`false`: until the core ends; else saved to `config.yaml`.' }),
});

export const explainedSettingSchema = z.object({
  path: z.string(),
  value: z.unknown(),
  /** Which layer won: `default`, `file`, `environment` or `runtime`. */
  layer: z.string(),
  /** Where in that layer, for people: file and line, the variable, `command line`. */
  source: z.string(),
});
export const configExplanationSchema = z.object({ settings: z.array(explainedSettingSchema) });

// --- Client tokens ---

export const clientTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number().int(),
});
export const clientTokensSchema = z.object({ tokens: z.array(clientTokenSchema) });
export const createClientTokenSchema = z.strictObject({ name: z.string().min(1).max(64) });
/** The only time that `token` can be read. */
export const createdClientTokenSchema = clientTokenSchema.extend({ token: z.string() });
export const revokedSchema = z.object({ revoked: z.boolean() });

// --- The page ---

/** Opens one session of the page; good once, for a minute. */
export const uiTicketSchema = z.object({
  ticket: z.string(),
  /** Epoch milliseconds. */
  expiresAt: z.number().int(),
  /** Path and fragment to open in a browser. */
  path: z.string(),
});
export const uiTicketRedemptionSchema = z.strictObject({ ticket: z.string().min(1).max(200) });
export const uiSessionSchema = z.object({ token: z.string(), expiresAt: z.number().int() });
export type UiSession = z.infer<typeof uiSessionSchema>;
