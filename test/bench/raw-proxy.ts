// "raw", the yardstick: a bare node:http server with undici's Pool.dispatch, streaming both ways, parsing nothing.
// Argument: the upstream's origin.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type Dispatcher } from 'undici';

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

function withoutHopByHop(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}

function forward(pool: Pool, request: IncomingMessage, response: ServerResponse): void {
  let upstream: Dispatcher.DispatchController | undefined;
  response.once('close', () => {
    if (!response.writableFinished) upstream?.abort(new Error('The client left.'));
  });
  const method = request.method ?? 'GET';
  pool.dispatch(
    {
      path: request.url ?? '/',
      method,
      headers: withoutHopByHop(request.rawHeaders),
      body: method === 'GET' || method === 'HEAD' ? null : request,
    },
    {
      onRequestStart: (controller) => {
        upstream = controller;
        if (response.destroyed) controller.abort(new Error('The client left.'));
      },
      onResponseStart: (controller, status) => {
        const raw = (controller.rawHeaders ?? []) as (string | Buffer)[];
        response.writeHead(status, withoutHopByHop(raw.map((part) => part.toString('latin1'))));
      },
      onResponseData: (controller, chunk) => {
        if (response.write(chunk)) return;
        controller.pause();
        response.once('drain', () => controller.resume());
      },
      onResponseEnd: () => response.end(),
      onResponseError: () => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end();
      },
    },
  );
}

const pool = new Pool(process.argv[2] ?? '', {
  connections: 512,
  headersTimeout: 0,
  bodyTimeout: 0,
});
const server = createServer((request, response) => forward(pool, request, response));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit(0));
