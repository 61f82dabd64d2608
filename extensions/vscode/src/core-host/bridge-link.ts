import type {
  BridgeCallName,
  BridgeNotificationName,
  BridgeNotificationParams,
  BridgeParams,
  BridgeResult,
} from '@relaycore/proxy-core/contract/bridge';

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The bridge to a core: it finds the leader again by itself and goes on where it was. */
export interface BridgeLink {
  readonly state: 'connecting' | 'open' | 'closed';
  onState(listener: (state: 'connecting' | 'open' | 'closed') => void): () => void;
  call<N extends BridgeCallName>(
    name: N,
    params: BridgeParams<N>,
    options?: CallOptions,
  ): Promise<BridgeResult<N>>;
  on<N extends BridgeNotificationName>(
    name: N,
    listener: (params: BridgeNotificationParams<N>) => void,
  ): () => void;
  close(): void;
}
