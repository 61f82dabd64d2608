/** What carries one connection's messages: a WebSocket, or a port within the process. */
export interface Channel {
  send(text: string): void;
  /** Bytes, or characters, that were sent and that the other end has not taken in. */
  readonly backlog: number;
  /** Ends it with a reason for the other end; one of WebSocket's close codes. */
  close(code: number, reason: string): void;
  /** Ends it at once: nothing that is still to be sent is waited for. */
  cutOff(): void;
}

export interface ChannelListener {
  onText(text: string): void;
  /** Called once, whoever ended it. */
  onClosed(): void;
}
