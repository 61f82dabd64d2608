import type { UsageSums } from '@relaycore/proxy-core/contract';

/** What stands behind one line of the break-down; null: the requests without a name. */
export interface UsageShare {
  readonly name: string | null;
  readonly sums: UsageSums;
}

/** The usage of the user's own day so far. */
export interface DayUsage {
  readonly totals: UsageSums;
  /** Dearest first. */
  readonly byModel: readonly UsageShare[];
  readonly byAssistant: readonly UsageShare[];
}

/** What the cache does with requests now; null: not known yet. */
export type CacheMode = 'on' | 'off' | null;
