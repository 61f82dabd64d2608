// One upstream origin over undici's dispatcher, the cheapest way out of Node: no streams in between,
// undici's own time-outs off, because a model may think for longer than any default allows; the
// pipeline's watchdog looks after idleness.
import { Pool, type Dispatcher } from 'undici';

/** The shape that the pipeline expects of a transport (domain/upstream.ts). */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer | null;
}

export interface HttpHandler {
  onHead(status: number, headers: readonly string[]): void;
  onChunk(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

export interface HttpControl {
  readonly wasSent: boolean;
  pause(): void;
  resume(): void;
  abort(): void;
}

export interface HttpTransport {
  dispatch(request: HttpRequest, handler: HttpHandler): HttpControl;
  close(): Promise<void>;
}

export interface HttpTransportOptions {
  /** Scheme, host and port, such as `https://api.openai.com`. */
  readonly origin: string;
  readonly connectTimeoutMs: number;
  /** Sockets at most; further requests wait in undici's queue. */
  readonly maxConnections: number;
}

const maxHeaderBytes = 64 * 1024;
const keepAliveTimeoutMs = 20_000;

/** Opens no connection before the first request. */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const pool = new Pool(options.origin, {
    connections: options.maxConnections,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    // HTTP/2 would put every stream of a provider behind one socket's flow control.
    allowH2: false,
  });
  return {
    dispatch(request, handler) {
      const exchange = new Exchange(handler);
      pool.dispatch(
        {
          method: request.method,
          path: request.path,
          headers: [...request.headers],
          body: request.body,
        },
        exchange,
      );
      return exchange;
    },
    // Lets what runs end: a changed configuration must not cut a stream.
    close: () => pool.close(),
  };
}

/** Cancelled by `abort()`; told apart from faults of the network by its name. */
class UpstreamAbortedError extends Error {
  override readonly name = 'UpstreamAbortedError';
}

class Exchange implements HttpControl {
  readonly #handler: HttpHandler;
  #controller: Dispatcher.DispatchController | null = null;
  #isAborted = false;
  #isPaused = false;

  constructor(handler: HttpHandler) {
    this.#handler = handler;
  }

  /** undici hands over its controller when it begins to write on a connection that stands. */
  get wasSent(): boolean {
    return this.#controller !== null;
  }

  pause(): void {
    this.#isPaused = true;
    this.#controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#controller?.resume();
  }

  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#controller?.abort(new UpstreamAbortedError('aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isAborted) controller.abort(new UpstreamAbortedError('aborted'));
    else if (this.#isPaused) controller.pause();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // An informational head (103) announces nothing that a client of ours waits for.
    if (status < 200) return;
    this.#handler.onHead(status, flatHeaders(controller.rawHeaders));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onChunk(chunk);
  }

  onResponseEnd(): void {
    this.#handler.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#handler.onError(error);
  }
}

function flatHeaders(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  const flat: string[] = [];
  if (!Array.isArray(raw)) return flat;
  for (const item of raw) flat.push(typeof item === 'string' ? item : item.toString('latin1'));
  return flat;
}
