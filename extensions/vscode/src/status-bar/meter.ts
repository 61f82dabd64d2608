// What the status bar says, from what is known: a short text, one icon, and a colour only where the
// user has to act.
import type { UsageSums } from '@relaycore/proxy-core/contract';
import type { CoreState } from '../core-host/core-state.ts';
import type { CacheMode } from './day-usage.ts';
import type { Figures } from './figures.ts';

export type MeterContent = 'costAndHitRate' | 'cost' | 'icon';

export interface MeterInput {
  readonly state: CoreState;
  /** Null until the core has answered. */
  readonly totals: UsageSums | null;
  readonly cacheMode: CacheMode;
  readonly content: MeterContent;
}

export interface Meter {
  /** With icons in the syntax of VS Code. */
  readonly text: string;
  readonly tone: 'plain' | 'warning' | 'error';
  /** For those who hear it. */
  readonly spoken: string;
}

export function meterOf(input: MeterInput, figures: Figures): Meter {
  const { state } = input;
  switch (state.kind) {
    case 'starting':
      return plain('$(loading~spin) RelayCore', 'RelayCore is starting');
    case 'restarting':
      return plain('$(sync~spin) RelayCore restarts', 'RelayCore is starting again');
    case 'reconnecting':
      return plain('$(sync~spin) RelayCore reconnects', 'RelayCore is looking for its proxy');
    case 'hung':
      return {
        text: '$(warning) RelayCore hangs',
        tone: 'warning',
        spoken: 'The process that runs RelayCore does not answer',
      };
    case 'failed':
      return { text: '$(error) RelayCore', tone: 'error', spoken: 'RelayCore cannot start' };
    case 'stopped':
      return plain('$(circle-slash) RelayCore', 'RelayCore is stopped');
    case 'leading':
    case 'attached':
      return runningMeter(input, figures);
  }
}

function plain(text: string, spoken: string): Meter {
  return { text, tone: 'plain', spoken };
}

function runningMeter({ totals, cacheMode, content }: MeterInput, figures: Figures): Meter {
  const isCacheOff = cacheMode === 'off';
  const icon = isCacheOff ? '$(debug-pause)' : '$(pulse)';
  if (totals === null) return plain(`${icon} RelayCore`, 'RelayCore is running');
  const cost = isCostUnknown(totals) ? 'cost unknown' : costText(totals, figures);
  const rate = hitRate(totals);
  const cacheText = isCacheOff ? 'cache off' : rate === null ? null : figures.percent(rate);
  const parts = content === 'icon' ? [] : content === 'cost' ? [cost] : [cost, cacheText];
  const shown = parts.filter((part) => part !== null).join(' · ');
  const cacheSpoken = isCacheOff
    ? ', the cache is off'
    : rate === null
      ? ''
      : `, ${figures.percent(rate)} of requests answered by the cache`;
  return plain(shown === '' ? icon : `${icon} ${shown}`, `RelayCore: ${cost} today${cacheSpoken}`);
}

/** Nothing but requests of unknown price: 0 would be a guess. */
function isCostUnknown({ unpricedRequests, costNanoUsd }: UsageSums): boolean {
  return unpricedRequests > 0 && costNanoUsd === 0;
}

/** `≈` where a part is an estimate, `+` where some requests have no known price. */
export function costText(totals: UsageSums, figures: Figures): string {
  if (isCostUnknown(totals)) return 'unknown';
  const { estimatedRequests, unpricedRequests, costNanoUsd } = totals;
  const prefix = estimatedRequests > 0 ? '≈' : '';
  const suffix = unpricedRequests > 0 ? '+' : '';
  return `${prefix}${figures.cost(costNanoUsd)}${suffix}`;
}

/** Null where nothing was looked up: no rate is not a rate of nothing. */
export function hitRate({ cacheHits, cacheLookups }: UsageSums): number | null {
  return cacheLookups === 0 ? null : cacheHits / cacheLookups;
}
