// A bridge with handlers in memory for the tests of both of its ends: on a real socket, and by port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { BridgeHandlers } from '@relaycore/proxy-core/contract/bridge';
import { createBridgeServer, type BridgeServer } from '../server/bridge-server.ts';
import type { Credentials } from '../server/handshake.ts';
import type { Holder } from '../server/read-call.ts';

export const controlToken = 'rc_control-token-of-the-tests';
export const sessionToken = 'rc_s_session-of-the-tests';

export interface StartedBridge {
  readonly server: BridgeServer;
  /** `ws://127.0.0.1:PORT/bridge`. */
  readonly url: string;
  readonly faults: readonly unknown[];
  /** Connections that have ended, by id. */
  readonly left: readonly number[];
  /** The client's end of a port. */
  port(): MessagePort;
  close(): Promise<void>;
}

export interface StartBridgeOptions {
  readonly handlers?: Partial<BridgeHandlers>;
  readonly heartbeatMs?: number;
}

export async function startBridge(options: StartBridgeOptions = {}): Promise<StartedBridge> {
  const faults: unknown[] = [];
  const left: number[] = [];
  const server = createBridgeServer(
    {
      clock: { now: () => Date.now() },
      handlers: { ...memoryHandlers(() => server), ...options.handlers } as BridgeHandlers,
      admit: (_request, credentials) => admit(credentials),
      reportFault: (error) => faults.push(error),
      onLeft: ({ id }) => left.push(id),
    },
    { heartbeatMs: options.heartbeatMs ?? 15_000 },
  );
  const http = createServer();
  http.on('upgrade', (request, socket, head) => server.upgrade(request, socket, head));
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    server,
    url: `ws://127.0.0.1:${port}/bridge`,
    faults,
    left,
    port() {
      const { port1, port2 } = new MessageChannel();
      server.acceptPort(port1);
      return port2;
    },
    async close() {
      await server.close(0, () => {});
      await new Promise((resolve) => {
        http.close(resolve);
        http.closeAllConnections();
      });
    },
  };
}

function memoryHandlers(server: () => BridgeServer): Partial<BridgeHandlers> {
  return {
    hello: () => ({
      version: '1.0.0',
      protocol: 'relaycore.v1',
      leader: true,
      pid: 1,
      host: { kind: 'vscode', name: 'VS Code' },
      url: 'http://127.0.0.1:7352',
      ...server().position(),
    }),
    'tokens.list': () => ({ tokens: [] }),
    'config.get': () => ({ config: {}, lastError: null }),
    'tokens.revoke': ({ name }) => {
      throw Object.assign(new Error(`There is no client token ${name}.`), { code: 'not_found' });
    },
    'config.explain': () => {
      throw new TypeError('a secret detail');
    },
  };
}

async function admit({ authorization, pageToken }: Credentials): Promise<Holder> {
  if (authorization === `Bearer ${controlToken}`) return 'control';
  if (pageToken === sessionToken) return 'session';
  throw Object.assign(new Error('This token opens nothing.'), { code: 'unauthenticated' });
}
