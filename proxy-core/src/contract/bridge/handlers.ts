// How the core serves a call; the server hands calls over in this form, whatever carried them.
import type {
  BridgeCallName,
  BridgeCheckedParams,
  BridgeNotificationParams,
  BridgeResult,
} from './messages.ts';

/** One connection, as a handler sees it. */
export interface BridgeCaller {
  /** Unique among the connections of a core. */
  readonly id: number;
  /** Aborted when the connection closes: whatever runs for it should end. */
  readonly signal: AbortSignal;
  /**
   * To this connection only. Dropped once it is closed. A promise where the connection holds more
   * than it should: who has more to send waits for it.
   */
  notify(name: 'chat.event', params: BridgeNotificationParams<'chat.event'>): void | Promise<void>;
}

export type BridgeHandler<N extends BridgeCallName> = (
  params: BridgeCheckedParams<N>,
  caller: BridgeCaller,
) => BridgeResult<N> | Promise<BridgeResult<N>>;

/** `events.subscribe` is the server's own. A handler throws RelayErrors, which reach the client. */
export type BridgeHandlers = {
  readonly [N in Exclude<BridgeCallName, 'events.subscribe'>]: BridgeHandler<N>;
};
