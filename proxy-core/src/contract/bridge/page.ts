// Between the dashboard in an IDE's webview and the IDE, by `postMessage`: the page asks, the IDE passes
// the question on over its own bridge. The page has no token and no network.
import { z } from 'zod';

/** The calls that a page may make through an IDE: it reads, whatever else happens goes by commands. */
export const pageCalls = ['usage.series', 'usage.requests'] as const;
export type PageCall = (typeof pageCalls)[number];

/** What the page asks the IDE to do for the user who pressed a button. */
export const pageCommands = ['create-token', 'restart-core'] as const;
export type PageCommand = (typeof pageCommands)[number];

export const pageMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('call'),
    /** Unique in the life of the page. */
    id: z.number().int(),
    name: z.enum(pageCalls),
    params: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ type: z.literal('command'), command: z.enum(pageCommands) }),
]);
export type PageMessage = z.infer<typeof pageMessageSchema>;

export const pageHostMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.number().int(), result: z.unknown() }),
  z.object({
    type: z.literal('failure'),
    id: z.number().int(),
    /** `unreachable`: there is no core. `refused`: it answers that it cannot. */
    kind: z.enum(['unreachable', 'refused']),
    message: z.string(),
  }),
  /** Something has happened that the page may show. */
  z.object({ type: z.literal('activity') }),
]);
export type PageHostMessage = z.infer<typeof pageHostMessageSchema>;

/** What the IDE writes into the page, as JSON in `data-host` of the body. */
export const pageHostDataSchema = z.object({
  /** Where the core answers, such as `http://127.0.0.1:7352`; shown and handed out, never asked. */
  coreUrl: z.string(),
  /** BCP 47, for numbers and times. */
  locale: z.string(),
});
export type PageHostData = z.infer<typeof pageHostDataSchema>;
