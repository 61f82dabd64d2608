// Calls about the response cache.
import { z } from 'zod';
import { cacheClearedSchema, cacheClearSchema, cacheStatsSchema } from '../control.ts';

export const cacheModeSchema = z.object({
  enabled: z.boolean(),
  mode: z.enum(['deterministic', 'all']),
});
export type CacheMode = z.infer<typeof cacheModeSchema>;

export const cacheCalls = {
  'cache.stats': {
    params: z.strictObject({}),
    result: cacheStatsSchema.extend(cacheModeSchema.shape),
  },
  'cache.clear': { params: cacheClearSchema, result: cacheClearedSchema },
  /** Until the core ends, or the setting `cache.enabled` is changed otherwise. */
  'cache.setMode': {
    params: z.strictObject({ enabled: z.boolean() }),
    result: cacheModeSchema,
  },
  /**
   * The next cacheable request, of the workspace where one is given, is not looked up; its answer is
   * kept. Asked for again before that request came, it stays at one.
   */
  'cache.bypassNext': {
    params: z.strictObject({ workspace: z.string().min(1).max(500).optional() }),
    result: z.object({
      /** Epoch milliseconds; past it the wish is dropped. */
      expiresAt: z.number().int(),
    }),
  },
} as const;
