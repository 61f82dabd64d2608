import type { ProviderStatus } from '@relaycore/proxy-core/contract';

export interface OutageWatch {
  /** Whether the user is to be told that this provider is down. */
  note(provider: Pick<ProviderStatus, 'id' | 'status'>): boolean;
}

/** A provider that comes and goes is told of once in this time. */
const quietMs = 15 * 60_000;

export function createOutageWatch(now: () => number): OutageWatch {
  const toldAt = new Map<string, number>();
  return {
    note({ id, status }) {
      if (status !== 'down') return false;
      if (now() - (toldAt.get(id) ?? -Infinity) < quietMs) return false;
      toldAt.set(id, now());
      return true;
    },
  };
}
