// Calls about what was used and what it cost.
import { z } from 'zod';
import {
  groupings,
  ledgerFilterSchema,
  requestsPageSchema,
  requestsQuerySchema,
  usageQuerySchema,
  usageReportSchema,
  usageSumsSchema,
} from '../analytics.ts';

/** Sums over a time; `usage.changed` has the same for the current day of the core's time zone. */
export const usageSummarySchema = z.object({
  /** Epoch milliseconds, `to` excluded; null: until now. */
  from: z.number().int(),
  to: z.number().int().nullable(),
  totals: usageSumsSchema,
  /** Hits among the requests that the cache was asked about, 0 to 1; null where there was none. */
  hitRate: z.number().min(0).max(1).nullable(),
});
export type UsageSummaryReport = z.infer<typeof usageSummarySchema>;

export const usageCalls = {
  'usage.summary': {
    /** Without `from`: since midnight of the core's time zone. */
    params: ledgerFilterSchema,
    result: usageSummarySchema,
  },
  'usage.series': {
    params: usageQuerySchema.extend({ groupBy: z.enum(groupings) }),
    result: usageReportSchema,
  },
  'usage.requests': { params: requestsQuerySchema, result: requestsPageSchema },
} as const;
