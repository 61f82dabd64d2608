// Where every request comes in: the checks that protect a server on localhost from web pages come
// before anything else; then the path decides between control plane and data plane.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dialect } from '../../domain/dialect.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { isAllowedHost, isAllowedOrigin } from '../../platform/http-server/origin-policy.ts';
import type { Call, Receive } from './receive.ts';

export interface FrontDoorDependencies {
  readonly receive: Receive;
  relay(call: Call): Promise<void>;
  /** The control plane; it has its own errors. */
  control(request: IncomingMessage, response: ServerResponse): void;
  isControlPath(path: string): boolean;
  allowedHosts(): readonly string[];
  readonly defaultDialect: Dialect;
}

export interface FrontDoor {
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  describeClientError(error: NodeJS.ErrnoException): string;
}

export function createFrontDoor(dependencies: FrontDoorDependencies): FrontDoor {
  const { receive, defaultDialect } = dependencies;
  const refusal = (request: IncomingMessage): RelayError | null => {
    if (!isAllowedHost(request.headers.host, dependencies.allowedHosts())) {
      return new RelayError(
        'forbidden',
        'This Host is not served. Use http://127.0.0.1, or list the name in server.allowedHosts.',
      );
    }
    if (isAllowedOrigin(request.headers)) return null;
    return new RelayError('forbidden', 'Web pages of another origin may not use RelayCore.');
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = receive.open(request, response);
    try {
      await dependencies.relay(call);
    } catch (error) {
      receive.answerError(call, error);
    } finally {
      receive.close(call);
    }
  };
  // Codex tries a WebSocket first and falls back at once on 426, on nothing else.
  const answerWebSocket = (call: Call): void => {
    call.response.setHeader('upgrade', 'HTTP/1.1');
    call.response.shouldKeepAlive = false;
    const text = 'WebSocket is not spoken on this path. Use plain HTTP.';
    receive.answerError(call, new RelayError('upgrade_required', text));
  };
  return {
    onRequest(request, response) {
      const refused = refusal(request);
      const path = pathOf(request);
      if (refused !== null) receive.answerError(receive.open(request, response), refused);
      else if (isWebSocket(request)) answerWebSocket(receive.open(request, response));
      else if (path === '/') answerRoot(request, response);
      else if (dependencies.isControlPath(path)) dependencies.control(request, response);
      else void serve(request, response);
    },
    describeClientError: (error) => rawAnswer(defaultDialect, clientError(error)),
  };
}

/** Other upgrades are offers that a server may ignore, such as `h2c` of Java's client. */
function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return mark === -1 ? url : url.slice(0, mark);
}

/** Assistants probe the base URL with HEAD or GET and expect a 200. */
function answerRoot(request: IncomingMessage, response: ServerResponse): void {
  const body =
    '{"name":"RelayCore","openai":"/v1","anthropic":"/","page":"/ui","health":"/health"}';
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function clientError(error: NodeJS.ErrnoException): RelayError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new RelayError('headers_too_large', 'The request headers are larger than 64 KiB.');
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new RelayError('request_timeout', 'The request did not arrive whole in time.');
  }
  return new RelayError('bad_request', 'This is not a valid HTTP/1.1 request.', { cause: error });
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** A whole answer as bytes, for sockets on which no request was parsed. */
function rawAnswer(dialect: Dialect, error: RelayError): string {
  const encoded = dialect.encodeError(error, 'none');
  const lines = [`HTTP/1.1 ${encoded.status} ${reasons[encoded.status] ?? 'Error'}`];
  for (let i = 0; i < encoded.headers.length; i += 2) {
    const name = encoded.headers[i] ?? '';
    if (name.toLowerCase() !== 'content-length')
      lines.push(`${name}: ${encoded.headers[i + 1] ?? ''}`);
  }
  lines.push(`Content-Length: ${Buffer.byteLength(encoded.body)}`, 'Connection: close', '', '');
  return lines.join('\r\n') + encoded.body;
}
