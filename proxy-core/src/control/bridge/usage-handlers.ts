import type { BridgeHandlers } from '../../contract/bridge/handlers.ts';
import { hitRateOf } from '../../domain/hit-rate.ts';
import { startOfDay } from '../../domain/start-of-day.ts';
import type { BridgeDependencies } from './ports.ts';

type UsageHandlers = Pick<BridgeHandlers, 'usage.summary' | 'usage.series' | 'usage.requests'>;

/** Calls about what was used and what it cost. */
export function usageHandlers({
  ledger,
  clock,
  usageToday,
}: Pick<BridgeDependencies, 'ledger' | 'clock' | 'usageToday'>): UsageHandlers {
  return {
    async 'usage.summary'(filter) {
      if (Object.keys(filter).length === 0) return usageToday();
      const from = filter.from ?? startOfDay(clock.now());
      const { totals } = await ledger.usage({ ...filter, from });
      return { from, to: filter.to ?? null, totals, hitRate: hitRateOf(totals) };
    },
    'usage.series': (query) => ledger.usage(query),
    'usage.requests': (query) => ledger.requests(query),
  };
}
