// How an answer travels: from an upstream, through observers, to a sink. Push with back-pressure,
// because that is what both undici's dispatcher and node's response are; nothing is converted.

/** Flat list of header names and values: name, value, name, value… as on the wire. */
export type FlatHeaders = readonly string[];

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query below the provider's base URL, beginning with `/`. */
  readonly path: string;
  readonly headers: FlatHeaders;
  readonly body: Buffer | null;
}

/** Receives one answer: head once, chunks, then exactly one of end and error. */
export interface UpstreamHandler {
  onHead(status: number, headers: FlatHeaders): void;
  onChunk(chunk: Buffer): void;
  onEnd(): void;
  /** Nothing follows. The error is the transport's own; `forward` gives it a code. */
  onError(error: Error): void;
}

/** Steers a running upstream request. All are idempotent and safe after the end. */
export interface UpstreamControl {
  pause(): void;
  resume(): void;
  /** Whether the request, or the beginning of it, has gone out: only then can anybody bill it. */
  readonly wasSent: boolean;
  /** Closes the upstream's socket at once; `onError` follows unless the answer has ended. */
  abort(): void;
}

/** One upstream origin: a pool of connections, or a provider inside the process. */
export interface Transport {
  dispatch(request: UpstreamRequest, handler: UpstreamHandler): UpstreamControl;
  close(): Promise<void>;
}
