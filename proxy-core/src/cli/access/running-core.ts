import { tryLeaderLock } from '../../host/leader-lock.ts';
import { unprovenLeader } from '../../host/leadership.ts';
import { findRunningCore, type RunningCore } from '../../host/running-core.ts';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * The core that runs on a data home; null where none does. RelayError `conflict` where one is there
 * and does not prove itself.
 */
export async function findCore(dataDir: string): Promise<RunningCore | null> {
  const search = await findRunningCore(dataDir);
  if (search.kind === 'running') return search.core;
  if (search.kind === 'absent') return null;
  // A dead core's process number may have gone to another program: then the lead is free.
  const attempt = await tryLeaderLock(dataDir);
  if (attempt.kind !== 'acquired') throw unprovenLeader(dataDir, search);
  attempt.lock.release();
  return null;
}

/** The same for commands that can do nothing without one: CommandFailure 3 where none runs. */
export async function requireCore(dataDir: string): Promise<RunningCore> {
  const core = await findCore(dataDir);
  if (core !== null) return core;
  throw notRunning(dataDir);
}

export function notRunning(dataDir: string): CommandFailure {
  return new CommandFailure(
    `RelayCore is not running with the data folder ${dataDir}. Start it with: relaycore serve`,
    exitCodes.notRunning,
  );
}
