import type { RequestRecord, UsageReport } from '@relaycore/proxy-core/contract';
import type { CoreData } from '../../data/core-data.ts';
import { localDay, type LocalDay } from '../../data/local-day.ts';

export interface Overview {
  readonly day: LocalDay;
  /** Newest first, of any day. */
  readonly requests: readonly RequestRecord[];
  readonly byHour: UsageReport;
  readonly byProvider: UsageReport;
}

const shownRequests = 50;
/** The sums are asked for again after so long even where the newest requests look the same. */
const maxAgeMs = 10_000;

/**
 * Asks for the newest requests each time, and for the sums only where something has happened since:
 * a page that lies open over a quiet core costs next to nothing. Null: nothing has changed.
 */
export function createOverviewLoader(
  data: CoreData,
  now: () => number,
): () => Promise<Overview | null> {
  let seen = '';
  let loadedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const startedAt = now();
    const day = localDay(startedAt);
    const { requests } = await data.requests({ limit: shownRequests });
    const current = JSON.stringify([day, requests]);
    if (current === seen && startedAt - loadedAt < maxAgeMs) return null;
    const { from, timezoneOffsetMinutes } = day;
    const [byHour, byProvider] = await Promise.all([
      data.usage({ from, timezoneOffsetMinutes, groupBy: 'hour' }),
      data.usage({ from, timezoneOffsetMinutes, groupBy: 'provider' }),
    ]);
    seen = current;
    loadedAt = startedAt;
    return { day, requests, byHour, byProvider };
  };
}
