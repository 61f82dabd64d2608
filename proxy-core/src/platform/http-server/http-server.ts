// The listening socket and its bounds: header size, header and upload time, draining.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { listenForUpgrades, upgradableMessages, type UpgradeHandlers } from './upgrades.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** For the headers of one request; a slow sender is cut off after it. */
  readonly headersTimeoutMs: number;
  /** For one whole request with its body. */
  readonly requestTimeoutMs: number;
}

export interface HttpServerHandlers {
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  /** The raw answer to bytes that are not a valid request. */
  describeClientError(error: NodeJS.ErrnoException): string;
  /** Which connections leave HTTP; none where it is not given. */
  readonly upgrades?: UpgradeHandlers;
}

export interface HttpServer {
  /** Resolves with the bound port; rejects with node's error (`EADDRINUSE`, `EACCES`…). */
  listen(): Promise<number>;
  /** Takes nothing new, lets what runs end for `drainMs`, then calls `onCutOff` and cuts it off. */
  close(drainMs: number, onCutOff: () => void): Promise<void>;
}

const maxHeaderBytes = 64 * 1024;
/** Longer than clients keep idle connections, so that none meets a socket that is just closing. */
const keepAliveTimeoutMs = 75_000;

export function createHttpServer(
  options: HttpServerOptions,
  handlers: HttpServerHandlers,
): HttpServer {
  let isClosing = false;
  const { upgrades } = handlers;
  const server = createServer(
    {
      ...(upgrades === undefined ? {} : { IncomingMessage: upgradableMessages(upgrades.accepts) }),
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: options.headersTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(5_000, options.headersTimeoutMs),
    },
    (request, response) => {
      if (isClosing) response.shouldKeepAlive = false;
      handlers.onRequest(request, response);
    },
  );
  if (upgrades !== undefined) listenForUpgrades(server, upgrades);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Where something was answered before, an answer may be on its way: nothing is written into it.
    const hasAnswered = socket instanceof Socket && socket.bytesWritten > 0;
    if (error.code === 'ECONNRESET' || !socket.writable || hasAnswered) socket.destroy();
    else socket.end(handlers.describeClientError(error));
  });
  return {
    listen: () => listen(server, options),
    close: (drainMs, onCutOff) => {
      isClosing = true;
      return drain(server, drainMs, onCutOff);
    },
  };
}

function listen(server: Server, options: HttpServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : options.port);
    });
  });
}

/** From cutting everything off to going on without what is still there. */
const closeGraceMs = 500;

function drain(server: Server, drainMs: number, onCutOff: () => void): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const deadline = setTimeout(() => {
      clearInterval(sweep);
      onCutOff();
      server.closeAllConnections();
      // What node does not count among its connections must not keep the core from ending.
      setTimeout(resolve, closeGraceMs);
    }, drainMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}
