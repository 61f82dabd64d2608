import type { MessagePort } from 'node:worker_threads';
import { BridgeError } from '../bridge-error.ts';
import { findCore } from '../discovery/find-core.ts';
import { createPortTransport } from './port-transport.ts';
import type { Dial } from './transport.ts';
import { openWebSocket } from './websocket-transport.ts';

export interface CoreAddress {
  /** The data home, whose `instance.json` says where the leader is. */
  readonly dataDir: string;
  /** A port into the core where it runs in this process; null where it does not, or not yet. */
  bridgePort?(): MessagePort | null;
}

/** Looks anew for the leader each time: by port in this process, else by what it wrote down. */
export function createCoreDial({ dataDir, bridgePort }: CoreAddress): Dial {
  return async (listener, signal) => {
    const port = bridgePort?.() ?? null;
    if (port !== null) return createPortTransport(port, listener);
    const search = await findCore(dataDir, signal);
    switch (search.kind) {
      case 'running': {
        const { instance, controlToken } = search;
        return openWebSocket({ url: instance.bridgeUrl, controlToken }, listener, signal);
      }
      case 'absent':
        throw new BridgeError('upstream_unreachable', 'No RelayCore runs on this machine.');
      case 'unproven': {
        const { pid } = search.instance;
        const message = `RelayCore (process ${pid}) cannot be used: ${search.reason}`;
        throw new BridgeError('upstream_timeout', message);
      }
    }
  };
}
