// Calls about the core itself: who it is, how it is, who leads, what should be mended.
import { z } from 'zod';
import { healthSchema, uiTicketSchema } from '../control.ts';

const none = z.strictObject({});
const shortText = z.string().max(500);

/** A place in the sequence of events. `epoch` is random per start of the sequence. */
export const eventPositionSchema = z.strictObject({
  epoch: z.string().min(1).max(100),
  seq: z.number().int().min(0),
});
export type EventPosition = z.infer<typeof eventPositionSchema>;

const hostSchema = z.object({
  kind: z.enum(['headless', 'vscode', 'jetbrains']),
  name: z.string(),
});

export const helloSchema = z.strictObject({
  client: z.strictObject({
    /** `vscode`, `jetbrains`, `page`, `mcp`, `cli`… */
    kind: z.string().min(1).max(64),
    /** Of the product, such as `Visual Studio Code`. */
    name: z.string().min(1).max(200),
    version: z.string().min(1).max(64),
    /** The id of `/w/{workspace}` in the base URLs that this window hands out. */
    workspace: shortText.optional(),
  }),
});

export const helloResultSchema = z.object({
  version: z.string(),
  protocol: z.string(),
  /** Whether this core leads; one that is about to hand over says false. */
  leader: z.boolean(),
  pid: z.number().int(),
  host: hostSchema,
  /** Base URL of data and control plane. */
  url: z.string(),
  /** Where the sequence of events stands. */
  epoch: z.string(),
  seq: z.number().int(),
});
export type HelloResult = z.infer<typeof helloResultSchema>;

export const windowSchema = z.object({
  /** Of the connection, for as long as it lives. */
  id: z.number().int(),
  kind: z.string(),
  name: z.string(),
  version: z.string(),
  workspace: z.string().nullable(),
  branch: z.string().nullable(),
  isFocused: z.boolean(),
});
export type BridgeWindow = z.infer<typeof windowSchema>;

export const statusSchema = healthSchema.omit({ proof: true }).extend({
  url: z.string(),
  host: hostSchema,
  cache: z.object({ enabled: z.boolean(), mode: z.enum(['deterministic', 'all']) }),
  /** Who has said `hello` on the bridge, in order of connection. */
  windows: z.array(windowSchema),
});
export type BridgeStatus = z.infer<typeof statusSchema>;

export const windowUpdateSchema = z.strictObject({
  workspace: shortText.nullable(),
  branch: shortText.nullable(),
  focused: z.boolean(),
});

export const findingSchema = z.object({
  /** Stable, such as `provider-without-key`. */
  id: z.string(),
  severity: z.enum(['ok', 'info', 'warning', 'error']),
  /** What was looked at and found, as a sentence. */
  title: z.string(),
  /** What to do about it; null where nothing is to be done. */
  remedy: z.string().nullable(),
});
export type DoctorFinding = z.infer<typeof findingSchema>;

export const yieldSchema = z.strictObject({
  /** Of the core that wants to lead. */
  version: z.string().min(1).max(64),
});
export const yieldResultSchema = z.object({
  /** `yielding`: the lead is given up as soon as nothing runs. */
  outcome: z.enum(['yielding', 'refused']),
  /** Why, as a sentence. */
  reason: z.string(),
});
export type YieldResult = z.infer<typeof yieldResultSchema>;

export const coreCalls = {
  hello: { params: helloSchema, result: helloResultSchema },
  'status.get': { params: none, result: statusSchema },
  'window.update': { params: windowUpdateSchema, result: z.object({}) },
  'doctor.findings': {
    params: none,
    result: z.object({ findings: z.array(findingSchema) }),
  },
  'leader.yield': { params: yieldSchema, result: yieldResultSchema },
  'ui.ticket': {
    params: none,
    result: uiTicketSchema.extend({
      /** To open in a browser. */
      url: z.string(),
    }),
  },
} as const;
