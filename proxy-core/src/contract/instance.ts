// The file by which others on the machine find the running core (DESIGN 6.5). No token stands in it.
import { z } from 'zod';

/** Raised when a client written for the number before could no longer talk to the core. */
export const protocolVersion = 1;

export const instanceSchema = z.object({
  pid: z.number().int().positive(),
  /** Base of data and control plane, such as `http://127.0.0.1:7352`. */
  url: z.url(),
  bridgeUrl: z.url(),
  protocol: z.number().int(),
  version: z.string(),
  /** Of the ledger; a core that meets a newer one does not lead. */
  schemaVersion: z.number().int(),
  /** Random per start of a core. */
  epoch: z.string(),
  hostname: z.string(),
  /** Of the running system, so that a pid of before the last boot is known for dead; null: unknown. */
  bootId: z.string().nullable(),
  host: z.object({ kind: z.enum(['headless', 'vscode', 'jetbrains']), name: z.string() }),
  /** Epoch milliseconds. */
  startedAt: z.number().int(),
  /** It has handed over to a core of this version, and older ones leave the lead to that one. */
  yieldsTo: z.string().optional(),
});
export type Instance = z.infer<typeof instanceSchema>;
