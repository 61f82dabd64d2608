import type { YieldResult } from '../../contract/bridge/core-calls.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { compareVersions } from '../../platform/compare-versions.ts';

const lookIntervalMs = 100;
/** Who asks repeats it; one that is gone must not be handed the lead. */
const validMs = 12_000;

export interface LeaderYield {
  /** Serves `leader.yield`: whether this core will hand over to a core of that version. */
  ask(version: string): YieldResult;
  close(): void;
}

export interface LeaderYieldDependencies {
  readonly clock: Clock;
  /** Of this core. */
  readonly version: string;
  /** Requests that run or wait. */
  inFlight(): number;
  /** Once, when nothing is in flight. */
  yieldTo(version: string): void;
}

/** A newer core gets the lead as soon as nothing runs; an older one, or one of the same age, never. */
export function createLeaderYield(dependencies: LeaderYieldDependencies): LeaderYield {
  const { clock, version: own } = dependencies;
  let asked: { readonly version: string; readonly at: number } | null = null;
  let hasYielded = false;
  let stopLooking = (): void => {};
  const look = (): void => {
    if (asked === null || dependencies.inFlight() > 0) return;
    stopLooking();
    if (clock.tick() - asked.at > validMs) return;
    hasYielded = true;
    dependencies.yieldTo(asked.version);
  };
  return {
    ask(version) {
      if (compareVersions(version, own) <= 0) {
        return { outcome: 'refused', reason: `RelayCore ${own} leads and is not older.` };
      }
      asked = { version, at: clock.tick() };
      stopLooking();
      // Not at once: the answer has to reach who asked before the connection ends.
      if (!hasYielded) stopLooking = clock.every(lookIntervalMs, look);
      return {
        outcome: 'yielding',
        reason: `RelayCore ${own} hands over as soon as nothing runs.`,
      };
    },
    close: () => stopLooking(),
  };
}
