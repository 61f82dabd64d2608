// From an upgrade request to a WebSocket: which tokens were presented, and refusals in plain HTTP.
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCatalogue } from '@relaycore/proxy-core/contract';
import { bridgeProtocol, bridgeTokenPrefix } from '@relaycore/proxy-core/contract/bridge';
import { describeThrown } from './rpc-texts.ts';

/** What a client presents to prove that it may connect. */
export interface Credentials {
  /** The header as it came. */
  readonly authorization: string | undefined;
  /** A web page cannot set that header; its session token stands among the subprotocols. */
  readonly pageToken: string | undefined;
}

export function readCredentials({ headers }: IncomingMessage): Credentials {
  const offered = offeredProtocols(headers['sec-websocket-protocol']);
  const token = offered.find((each) => each.startsWith(bridgeTokenPrefix));
  return {
    authorization: headers.authorization,
    pageToken: token?.slice(bridgeTokenPrefix.length),
  };
}

export function offersProtocol({ headers }: IncomingMessage): boolean {
  return offeredProtocols(headers['sec-websocket-protocol']).includes(bridgeProtocol);
}

function offeredProtocols(header: string | undefined): string[] {
  return (header ?? '').split(',').map((each) => each.trim());
}

/** The answer to an upgrade that is refused, in the control plane's shape; then the socket ends. */
export function refuseUpgrade(socket: Duplex, thrown: unknown): void {
  const { code, error } = describeThrown(thrown);
  const { status } = errorCatalogue[code];
  const body = JSON.stringify({ error: { code, message: error.message } });
  // HTTP's sockets stay half open: without this one that the client leaves open would stay for ever.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
      'Content-Type: application/json',
      'Cache-Control: no-store',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
