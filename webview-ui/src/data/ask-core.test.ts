import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createAskCore, type AskCore } from './ask-core.ts';

describe('a question to the core', () => {
  let server: Server;
  let ask: AskCore;
  let answer: { status: number; body: string };
  let asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string };

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(answer.body);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    ask = createAskCore(fetch, `http://127.0.0.1:${address.port}`);
  });
  beforeEach(() => {
    answer = { status: 200, body: '{"fine":true}' };
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('carries the token in a header and gives the answer back', async () => {
    const value = await ask({ method: 'GET', path: '/v1/x?y=1', token: 'rc_s_t' });
    assert.deepEqual(value, { fine: true });
    assert.equal(asked.url, '/v1/x?y=1');
    assert.equal(asked.headers.authorization, 'Bearer rc_s_t');
    assert.equal(asked.headers.cookie, undefined);
  });

  it('sends a body as JSON', async () => {
    await ask({ method: 'POST', path: '/v1/x', body: { ticket: 't' } });
    assert.equal(asked.method, 'POST');
    assert.equal(asked.headers['content-type'], 'application/json');
    assert.equal(asked.body, '{"ticket":"t"}');
  });

  it('tells an ended session from other refusals', async () => {
    answer = { status: 401, body: '{"error":{"code":"unauthenticated","message":"ended"}}' };
    await assert.rejects(ask({ method: 'GET', path: '/' }), {
      kind: 'session-ended',
      message: 'ended',
    });
    answer = { status: 503, body: '{"error":{"code":"storage_failed","message":"disk full"}}' };
    await assert.rejects(ask({ method: 'GET', path: '/' }), {
      kind: 'refused',
      message: 'disk full',
    });
  });

  it('says the status where the refusal has no message', async () => {
    answer = { status: 500, body: '{}' };
    await assert.rejects(ask({ method: 'GET', path: '/' }), { message: /status 500/ });
  });

  it('takes what is no JSON for a stranger on the port', async () => {
    answer = { status: 200, body: '<html>' };
    await assert.rejects(ask({ method: 'GET', path: '/' }), { kind: 'unreachable' });
  });

  it('says when nobody answers', async () => {
    const nobody = createAskCore(fetch, 'http://127.0.0.1:1');
    await assert.rejects(nobody({ method: 'GET', path: '/' }), { kind: 'unreachable' });
  });
});
