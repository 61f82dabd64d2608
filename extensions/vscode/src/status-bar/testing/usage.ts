import { noUsageSums, type UsageSums } from '@relaycore/proxy-core/contract';
import type { RunningState } from '../../core-host/core-state.ts';

export function someUsage(sums: Partial<UsageSums> = {}): UsageSums {
  return { ...noUsageSums, requests: 1, ...sums };
}

export const leading: RunningState = {
  kind: 'leading',
  url: 'http://127.0.0.1:7352',
};

export const attached: RunningState = {
  kind: 'attached',
  url: 'http://127.0.0.1:7352',
  leader: { pid: 4711, version: '1.0.0', host: { kind: 'vscode', name: 'Cursor' } },
};
