/** What carries the messages of one connection to the core. */
export interface Transport {
  send(text: string): void;
  close(): void;
}

export interface TransportListener {
  onText(text: string): void;
  /** Called once, whoever ended it. */
  onClosed(): void;
}

/** Opens a connection to the core that leads; BridgeError with what is the matter where it cannot. */
export type Dial = (listener: TransportListener, signal: AbortSignal) => Promise<Transport>;
