import type { Health, PublicHealth } from '../../contract/control.ts';
import type { CoreStatus } from '../ports.ts';

export function describePublic({ notices, version }: CoreStatus): PublicHealth {
  return { status: notices.length === 0 ? 'ok' : 'degraded', version };
}

export function describeAll(known: CoreStatus, now: number): Omit<Health, 'proof'> {
  return {
    ...describePublic(known),
    pid: known.pid,
    leader: known.leader,
    epoch: known.epoch,
    startedAt: known.startedAt,
    uptimeSeconds: Math.max(0, Math.floor((now - known.startedAt) / 1000)),
    providers: [...known.providers],
    notices: [...known.notices],
    inFlight: known.inFlight,
  };
}
