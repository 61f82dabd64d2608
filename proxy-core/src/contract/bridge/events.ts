// What the core tells without being asked. All but `chat.event` are numbered by `seq`.
import { z } from 'zod';
import { requestRecordSchema } from '../analytics.ts';
import { providerStatusSchema } from '../control.ts';
import { cacheModeSchema } from './cache-calls.ts';
import { eventPositionSchema } from './core-calls.ts';
import { usageSummarySchema } from './usage-calls.ts';

/** Ascending by one over all events of an epoch, whoever asked for them. */
const seq = z.number().int().positive();

const leaderChangeSchema = z.object({
  /** `leaving`: it stops or hands over; the connection ends, and another core may lead. */
  state: z.enum(['leaving']),
  pid: z.number().int(),
  version: z.string(),
});

/** What each event says, less its number. */
export const eventBodies = {
  /** A request has ended: its row of the ledger. */
  'request.completed': z.object({ request: requestRecordSchema }),
  /** Since midnight of the core's time zone; at most four a second. */
  'usage.changed': usageSummarySchema,
  'cache.changed': cacheModeSchema.extend({
    reason: z.enum(['cleared', 'mode', 'bypass']),
    /** Entries that went; null unless cleared. */
    cleared: z.number().int().nullable(),
  }),
  'provider.health': z.object({ provider: providerStatusSchema }),
  'config.changed': z.object({
    /** Dotted paths whose effective values changed. */
    changed: z.array(z.string()),
    /** Why the file as it stands is not in effect; null where it is. */
    lastError: z.string().nullable(),
  }),
  'leader.changed': leaderChangeSchema,
  /** Something is not as it should be: a new notice of `status.get`. */
  'alert.raised': z.object({ severity: z.enum(['warning', 'error']), message: z.string() }),
} as const;
export type EventName = keyof typeof eventBodies;
export type EventBody<N extends EventName> = z.infer<(typeof eventBodies)[N]>;

/** In the order in which the reference page lists them. */
// `Object.keys` forgets the names.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const eventNames = Object.keys(eventBodies) as readonly EventName[];

export const eventNotifications = {
  'request.completed': eventBodies['request.completed'].extend({ seq }),
  'usage.changed': eventBodies['usage.changed'].extend({ seq }),
  'cache.changed': eventBodies['cache.changed'].extend({ seq }),
  'provider.health': eventBodies['provider.health'].extend({ seq }),
  'config.changed': eventBodies['config.changed'].extend({ seq }),
  'leader.changed': eventBodies['leader.changed'].extend({ seq }),
  'alert.raised': eventBodies['alert.raised'].extend({ seq }),
} as const satisfies Record<EventName, z.ZodType>;

export const eventCalls = {
  /** Replaces an earlier subscription of the connection. Events follow behind the answer. */
  'events.subscribe': {
    params: z.strictObject({
      /** What came after it is sent again first. Without it: from now on. */
      since: eventPositionSchema.optional(),
      /** Which events; default: all. An empty list ends the subscription. */
      names: z.array(z.enum(eventNames)).optional(),
    }),
    result: z.object({
      epoch: z.string(),
      /** The newest event there is; those that follow behind the answer, missed ones included, end there. */
      seq: z.number().int(),
      /** Events asked for are lost: another epoch, or older than what is kept. Read the state anew. */
      resync: z.boolean(),
    }),
  },
} as const;
