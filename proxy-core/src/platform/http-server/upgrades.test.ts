import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { createHttpServer, type HttpServer } from './http-server.ts';

describe('a server that upgrades some requests', () => {
  const seen: string[] = [];
  let server: HttpServer;
  let port: number;

  before(async () => {
    server = createHttpServer(
      { host: '127.0.0.1', port: 0, headersTimeoutMs: 5000, requestTimeoutMs: 5000 },
      {
        onRequest(request, response) {
          const chunks: Buffer[] = [];
          request.on('data', (chunk: Buffer) => chunks.push(chunk));
          request.on('end', () => {
            seen.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`);
            response.end('served');
          });
        },
        describeClientError: () => 'HTTP/1.1 400 Bad Request\r\n\r\n',
        upgrades: {
          accepts: (request: IncomingMessage) => request.url === '/talk',
          onUpgrade(request, socket, head) {
            seen.push(`upgrade ${request.url} ${head.toString()}`);
            socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
          },
        },
      },
    );
    port = await server.listen();
  });
  beforeEach(() => {
    seen.length = 0;
  });
  after(() => server.close(0, () => {}));

  /** All answers on one connection; each request is sent when the one before was answered. */
  async function exchange(...requests: string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    let text = '';
    socket.write(requests.shift() ?? '');
    socket.on('data', (chunk: string) => {
      text += chunk;
      socket.write(requests.shift() ?? '');
    });
    await once(socket, 'close');
    return text;
  }

  const head = (line: string, upgrade: string): string =>
    `${line} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;

  it('hands over those that are accepted, with what came behind the headers', async () => {
    const answer = await exchange(`${head('GET /talk', 'websocket')}\r\nearly`);
    assert.match(answer, /^HTTP\/1.1 101 .*hello$/s);
    assert.deepEqual(seen, ['upgrade /talk early']);
  });

  it('serves the others as if they had not offered it, body included', async () => {
    const body = `Content-Length: 4\r\n\r\nbody`;
    const next = 'GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const answer = await exchange(`${head('POST /other', 'h2c')}${body}`, next);
    assert.deepEqual(seen, ['POST /other body', 'GET /next ']);
    assert.equal(answer.match(/served/g)?.length, 2);
  });
});
