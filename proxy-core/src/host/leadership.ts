import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '../domain/relay-error.ts';
import { tryLeaderLock, type LeaderLock } from './leader-lock.ts';
import { findRunningCore, type CoreSearch, type RunningCore } from './running-core.ts';

const pauseMs = 100;

export type Leadership =
  /** `lock` is null where there can be none; `notice` then says why. */
  | { readonly kind: 'lead'; readonly lock: LeaderLock | null; readonly notice: string | null }
  | { readonly kind: 'attach'; readonly core: RunningCore };

export interface LeadershipOptions {
  readonly patienceMs: number;
  /** Ends the waiting with RelayError `shutting_down`. */
  readonly signal?: AbortSignal | undefined;
}

/** What one look gave; `wait`: somebody holds the lead and has not proven to be a core yet. */
export type LeadLook = Leadership | { readonly kind: 'wait'; readonly search: CoreSearch };

/**
 * Tries for the lead once, and finds out who has it where it is taken. Never rejects. A lock alone is
 * no lead: its holder loses it unawares where somebody removes the file, or opens and closes it in the
 * holder's process, an IDE's say. Whoever proves to lead all the same is not raced.
 */
export async function lookForLead(dataDir: string): Promise<LeadLook> {
  const attempt = await tryLeaderLock(dataDir);
  const look = await lookForLeader(dataDir);
  switch (attempt.kind) {
    case 'taken':
      return look;
    case 'acquired':
      if (look.kind === 'wait') return { kind: 'lead', lock: attempt.lock, notice: null };
      attempt.lock.release();
      return look;
    case 'unavailable': {
      if (look.kind === 'attach') return look;
      const notice = `RelayCore runs without the leader lock (${attempt.reason}): start only one core on ${dataDir}.`;
      return { kind: 'lead', lock: null, notice };
    }
  }
}

/** Who leads; the lock is left alone. Never rejects. */
export async function lookForLeader(dataDir: string): Promise<Exclude<LeadLook, { kind: 'lead' }>> {
  const search = await findRunningCore(dataDir);
  if (search.kind === 'running') return { kind: 'attach', core: search.core };
  return { kind: 'wait', search };
}

/**
 * The lead, or the core that has it. RelayError `conflict` where somebody holds the lead and does not
 * prove to be a core within `patienceMs`: it may be suspended, and is never raced.
 */
export async function takeLeadOrAttach(
  dataDir: string,
  { patienceMs, signal }: LeadershipOptions,
): Promise<Leadership> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const look = await lookForLead(dataDir);
    if (look.kind !== 'wait') return look;
    if (performance.now() >= deadline) throw unprovenLeader(dataDir, look.search);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted === true) throw new RelayError('shutting_down', 'Told to stop.');
  }
}

export function unprovenLeader(dataDir: string, search: CoreSearch): RelayError {
  if (search.kind !== 'unproven') {
    return new RelayError(
      'conflict',
      `Another RelayCore process holds ${dataDir} and does not say where it listens. Wait until it has started or stopped, or end it.`,
    );
  }
  const { pid, host } = search.instance;
  return new RelayError(
    'conflict',
    `The core of ${dataDir} (process ${pid}, ${host.name}) holds the lead, but ${search.reason}. If it is suspended or stopped in a debugger, let it go on; otherwise end process ${pid} and try again.`,
  );
}
