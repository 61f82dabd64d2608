// The one schema of the configuration: validation and defaults, and through its JSON Schema also
// completion in editors, the names of environment variables and the reference page.
import { z } from 'zod';
import { redactText } from '../platform/redact/redact-text.ts';
import { providerTypes } from './known-providers.ts';
import { reservedProviderIds } from './reserved-provider-ids.ts';

// Messages complete a sentence that begins with the setting's path, and never quote the value.

const megabytes = (maximum: number, minimum = 0.001): z.ZodNumber =>
  z.number().min(minimum).max(maximum);
const milliseconds = (minimum: number, maximum = 86_400_000): z.ZodInt =>
  z.int().min(minimum).max(maximum);

const server = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:%_-]+$/, 'must be an IP address or a host name')
    .default('127.0.0.1')
    .describe(
      'Address to listen on; a change takes effect at the next start. Anything but a loopback address opens the port to others.',
    ),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(7352)
    .describe('Port to listen on; 0 takes any free one. A change takes effect at the next start.'),
  allowedHosts: z
    .array(
      z.string().regex(/^[A-Za-z0-9.:[\]_-]+$/, 'must be a host name without a scheme or a path'),
    )
    .default([])
    .describe('Host names besides localhost that requests may be addressed to.'),
  bodyLimitMb: megabytes(1024)
    .default(64)
    .describe('Largest request body in MiB, counted after decompression.'),
  parseLimitMb: megabytes(1024)
    .default(8)
    .describe('Bodies over this size in MiB are never parsed: they pass through uncached.'),
  maxInFlightMb: megabytes(65_536)
    .default(256)
    .describe('Most MiB of request bodies held at the same time; beyond it: `queue_full`.'),
  maxQueuedRequests: z
    .int()
    .min(0)
    .max(100_000)
    .default(256)
    .describe('Most requests that wait for their turn; beyond it: `queue_full`.'),
  maxConcurrentPerClient: z
    .int()
    .min(1)
    .max(100_000)
    .default(256)
    .describe('Most requests of one client that run at the same time; the next ones wait.'),
  headersTimeoutMs: milliseconds(100)
    .default(15_000)
    .describe('How long a client may take to send the headers of a request.'),
  drainTimeoutMs: milliseconds(0)
    .default(4_000)
    .describe('How long running requests may take to end when RelayCore stops.'),
});

const upstream = z.strictObject({
  idleTimeoutMs: milliseconds(100)
    .default(300_000)
    .describe('How long a provider may send nothing before the request is given up.'),
  connectTimeoutMs: milliseconds(10)
    .default(10_000)
    .describe('How long connecting to a provider may take.'),
  maxConnectionsPerOrigin: z
    .int()
    .min(1)
    .max(100_000)
    .default(256)
    .describe('Most connections to one provider; every running stream needs its own.'),
  pingAfterMs: milliseconds(0)
    .default(60_000)
    .describe(
      'After so much silence of the provider the client of a stream gets a ping; 0: never.',
    ),
});

const apiKeyMistake =
  'must name an environment variable, such as `apiKey: {env: OPENAI_API_KEY}`; keys never stand in the configuration';

// A key of letters and digits alone could pass for a name, and names are shown.
function isVariableName(name: string): boolean {
  const isWord = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name);
  return isWord && (name.length < 20 || name.includes('_')) && redactText(name) === name;
}

const provider = z.strictObject({
  type: z
    .enum(providerTypes)
    .optional()
    .describe('What the provider speaks. Optional where the id is one of these.'),
  baseUrl: z
    .string()
    .superRefine((value, context) => {
      const mistake = baseUrlMistake(value);
      if (mistake !== null) context.addIssue({ code: 'custom', message: mistake });
    })
    .optional()
    .meta({ format: 'uri' })
    .describe('Where the provider is reached; required for `openai-compatible`.'),
  apiKey: z
    .strictObject(
      {
        env: z
          .string()
          .refine(isVariableName, 'must be the name of an environment variable, not the key itself')
          .describe('Name of the environment variable that holds the key.'),
      },
      { error: (issue) => (issue.code === 'invalid_type' ? apiKeyMistake : undefined) },
    )
    .optional()
    .describe(
      'The stored key. Without it, the variable that the provider’s own tools use is read.',
    ),
  models: z
    .array(z.string().min(1).max(256))
    .default([])
    .describe('Models that the provider serves, where it cannot be asked for them.'),
  enabled: z.boolean().default(true).describe('`false` takes the provider out of service.'),
});

function baseUrlMistake(value: string): string | null {
  if (!URL.canParse(value)) return 'must be a URL, such as https://api.example.com/v1';
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return 'must begin with http:// or https://';
  if (url.username !== '' || url.password !== '') {
    return 'must not hold credentials; name the key’s variable in `apiKey: {env: …}`';
  }
  if (url.search !== '' || url.hash !== '') return 'must have neither a query nor a fragment';
  return null;
}

const providerId = z
  .string()
  .max(64)
  .regex(
    /^[a-z0-9][a-z0-9._-]*$/,
    'is no provider id: use lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit',
  )
  .refine(
    (id) => !reservedProviderIds.has(id),
    'is no provider id, because a path of the API has that name; choose another one',
  );

const cache = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether answers are kept and repeated.'),
  ttlSeconds: z.int().min(1).max(31_536_000).default(3_600).describe('How long an answer is kept.'),
  maxMemoryMb: megabytes(65_536, 0).default(64).describe('Most MiB of answers in memory.'),
  maxDiskMb: megabytes(1_048_576, 0).default(512).describe('Most MiB of answers on disk.'),
  maxEntryKb: z
    .number()
    .min(1)
    .max(1_048_576)
    .default(1_024)
    .describe('Answers over this size in KiB are not kept.'),
  mode: z
    .enum(['deterministic', 'all'])
    .default('deterministic')
    .describe(
      'Which requests: `deterministic`: those without tools and with `temperature: 0`, and all embeddings; `all`: also those with tools or another temperature.',
    ),
  semantic: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Not there yet: whether similar questions share an answer.'),
      threshold: z
        .number()
        .min(0)
        .max(1)
        .default(0.92)
        .describe(
          'Not there yet: least similarity, from 0 to 1, of two questions that share an answer.',
        ),
    })
    .prefault({})
    .describe('Answers to similar questions; not there yet.'),
});

const metering = z.strictObject({
  injectUsage: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe(
      '`auto`: streams are asked for their usage, and what the client did not ask for is taken out again; `never`: such streams are estimated.',
    ),
});

const ledger = z.strictObject({
  retentionDays: z
    .union([z.int().min(1).max(36_500), z.literal('forever')], {
      error: 'must be a whole number of days from 1, or `forever`',
    })
    .default(400)
    .describe('How many days the record of a request is kept, or `forever`.'),
});

const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least severity that is logged.'),
  maxFileMb: megabytes(10_240).default(10).describe('Size in MiB at which a log file is rotated.'),
  maxFiles: z.int().min(2).max(1_000).default(5).describe('Log files kept, the current included.'),
});

const budget = z.strictObject({
  period: z
    .enum(['hour', 'day', 'week', 'month'])
    .describe('How long the limit holds until it begins anew.'),
  limitUsd: z.number().positive().max(1_000_000_000).describe('Most US dollars in a period.'),
  scope: z
    .string()
    .regex(
      /^(?:global|(?:assistant|branch|model|provider|tag|token|user|workspace):.{1,200})$/,
      'must be `global` or a kind and a name, such as `provider:openai` or `workspace:shop`',
    )
    .default('global')
    .describe('Whose spending counts: `global`, or a kind and a name such as `provider:openai`.'),
  onLimit: z
    .enum(['ask', 'block', 'warn'])
    .default('ask')
    .describe('What happens to the request that would go over the limit.'),
});

const usdPerMtok = z.number().min(0).max(1_000_000);

const price = z.strictObject({
  inputUsdPerMtok: usdPerMtok.describe('Input that no cache knew.'),
  cacheReadUsdPerMtok: usdPerMtok.optional().describe('Input read from the provider’s cache.'),
  cacheWrite5mUsdPerMtok: usdPerMtok
    .optional()
    .describe('Input written to the provider’s cache for five minutes.'),
  cacheWrite1hUsdPerMtok: usdPerMtok
    .optional()
    .describe('Input written to the provider’s cache for an hour.'),
  outputUsdPerMtok: usdPerMtok.describe('Output, reasoning included.'),
});

const pricedModel = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*\/.{1,256}$/, 'must be written as provider/model');

/** What stands in `config.yaml`, with defaults filled in; `resolveProviders` completes it. */
export const settingsSchema = z.strictObject({
  server: server.prefault({}).describe('The port that assistants connect to, and its bounds.'),
  upstream: upstream.prefault({}).describe('Connections to the providers.'),
  providers: z
    .record(providerId, provider)
    .prefault({})
    .describe(
      'The providers by id. `openai`, `anthropic` and `demo` are there by themselves and can be changed or disabled here.',
    ),
  cache: cache.prefault({}).describe('The response cache.'),
  metering: metering.prefault({}).describe('How tokens are counted.'),
  ledger: ledger.prefault({}).describe('The record of requests.'),
  log: log.prefault({}).describe('The log, on stderr and in `logs/` of the data folder.'),
  budgets: z
    .array(budget)
    .default([])
    .describe('Limits on spending; not enforced yet, requests are only recorded.'),
  prices: z
    .strictObject({
      overrides: z
        .record(pricedModel, price)
        .prefault({})
        .describe('Prices by provider/model, in US dollars for a million tokens.'),
    })
    .prefault({})
    .describe('Prices that replace those of the built-in tables.'),
});

export type ParsedSettings = z.output<typeof settingsSchema>;

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** A provider with its defaults filled in. */
export interface ProviderSettings {
  readonly type: (typeof providerTypes)[number];
  /** Without a slash at its end; null for `demo`, which needs no network. */
  readonly baseUrl: string | null;
  readonly apiKey: { readonly env: string } | null;
  readonly models: readonly string[];
  readonly enabled: boolean;
}

/** The effective configuration: complete, valid, deep-frozen, without any secret. */
export type Settings = DeepReadonly<Omit<ParsedSettings, 'providers'>> & {
  readonly providers: Readonly<Record<string, ProviderSettings>>;
};
