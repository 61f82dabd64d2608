// The declared entry of the bridge's client for programs on Node.
export {
  connectBridge,
  type BridgeClient,
  type BridgeClientOptions,
  type BridgeState,
  type CallOptions,
} from './bridge-client.ts';
export { BridgeError } from '../bridge-error.ts';
