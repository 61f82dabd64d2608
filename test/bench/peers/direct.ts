// The load speaks to the upstream itself.

import { providerKey, type StartPeer } from './peer.ts';

export const startDirect: StartPeer = async ({ upstreamPort }) => ({
  name: 'direct',
  target: { port: upstreamPort, headers: providerKey },
  pid: undefined,
  version: '',
  stop: async () => undefined,
});
