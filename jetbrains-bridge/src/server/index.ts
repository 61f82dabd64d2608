// The declared entry of the bridge's server, which the core's composition puts together.
export {
  createBridgeServer,
  type BridgeServer,
  type BridgeServerDependencies,
} from './bridge-server.ts';
export type { Credentials } from './handshake.ts';
export type { Holder } from './read-call.ts';
