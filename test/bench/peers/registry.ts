// Every peer by name.

import type { PeerName } from '../options.ts';
import { startDirect } from './direct.ts';
import type { StartPeer } from './peer.ts';
import { startPortkey } from './portkey.ts';
import { startRaw } from './raw.ts';
import { startRelaycore } from './relaycore.ts';

export const peerStarters: Readonly<Record<PeerName, StartPeer>> = {
  direct: startDirect,
  raw: startRaw,
  relaycore: startRelaycore,
  portkey: startPortkey,
};
