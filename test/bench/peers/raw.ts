// The yardstick: node:http and undici, nothing else.

import { startHelper } from '../helper-process.ts';
import { providerKey, type StartPeer } from './peer.ts';

export const startRaw: StartPeer = async ({ upstreamPort, prefix }) => {
  const helper = await startHelper('raw-proxy.ts', prefix, [`http://127.0.0.1:${upstreamPort}`]);
  return {
    name: 'raw',
    target: { port: Number(helper.hello['port']), headers: providerKey },
    pid: helper.pid,
    version: process.version,
    stop: helper.stop,
  };
};
