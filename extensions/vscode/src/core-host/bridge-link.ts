import type { BridgeClient } from '@relaycore/bridge/client';

/** The bridge to a core: it finds the leader again by itself and goes on where it was. */
export type BridgeLink = Pick<BridgeClient, 'state' | 'onState' | 'call' | 'on' | 'close'>;
