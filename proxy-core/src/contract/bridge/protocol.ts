// What travels on the bridge: JSON-RPC 2.0, one message a WebSocket text frame or a port's string.
import { z } from 'zod';

/** The WebSocket subprotocol, and what `hello` answers. Raised when old clients could no longer talk. */
export const bridgeProtocol = 'relaycore.v1';
export const bridgePath = '/bridge';

/**
 * Prefix of the second subprotocol that a web page offers: a page cannot send `Authorization`, so its
 * session token stands behind the prefix. The server never chooses it.
 */
export const bridgeTokenPrefix = 'relaycore.token.';

/** Longest message that the core takes, in bytes; images of a chat are what is large. */
export const maxBridgeMessageBytes = 16 * 1024 * 1024;

/** A client that leaves so many bytes of notifications unread is cut off, and resumes with `since`. */
export const maxBridgeBacklogBytes = 1024 * 1024;

/** Events that the core keeps for clients that come back. */
export const maxKeptEvents = 10_000;

/** Milliseconds between two pings of the core. */
export const bridgeHeartbeatMs = 15_000;

/** `error.code` of JSON-RPC. What a client acts on is `data.code`, of RelayCore's own catalogue. */
export const rpcErrorCodes = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  /** Every failure of a call that was understood. */
  callFailed: -32_000,
} as const;

/** Codes of WebSocket's close frame beside the standard ones. */
export const bridgeCloseCodes = {
  /** The core stops or hands over: look for the leader and connect again. */
  goingAway: 1001,
  protocolError: 1002,
  messageTooLarge: 1009,
} as const;

export const bridgeErrorDataSchema = z.object({
  /** One of the error catalogue. */
  code: z.string(),
  /** Whether the very same call may succeed later. */
  retryable: z.boolean(),
});
export type BridgeErrorData = z.infer<typeof bridgeErrorDataSchema>;

export const rpcIdSchema = z.union([z.number().int(), z.string().max(100)]);
export type RpcId = z.infer<typeof rpcIdSchema>;

const version = z.literal('2.0');
const method = z.string().min(1).max(100);
const params = z.record(z.string(), z.unknown());

/** From a client; without `id` it is a notification, which the core does not answer. */
export const rpcCallSchema = z.object({
  jsonrpc: version,
  id: rpcIdSchema.optional(),
  method,
  params: params.optional(),
});
export type RpcCall = z.infer<typeof rpcCallSchema>;

export const rpcErrorSchema = z.object({
  code: z.number().int(),
  message: z.string(),
  data: bridgeErrorDataSchema.optional(),
});
export type RpcError = z.infer<typeof rpcErrorSchema>;

/** From the core: an answer, an error (`id` null where the call's could not be read), a notification. */
export const rpcServerMessageSchema = z.union([
  z.object({ jsonrpc: version, id: rpcIdSchema, result: z.unknown() }),
  z.object({ jsonrpc: version, id: rpcIdSchema.nullable(), error: rpcErrorSchema }),
  z.object({ jsonrpc: version, method, params }),
]);
export type RpcServerMessage = z.infer<typeof rpcServerMessageSchema>;
