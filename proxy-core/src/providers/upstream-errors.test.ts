import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { Pool } from 'undici';
import type { ErrorCode } from '../contract/error-codes.ts';
import type { RelayError } from '../domain/relay-error.ts';
import { rejectsStreamOptions } from './stream-options.ts';
import { classifyUpstreamError } from './upstream-errors.ts';

const lab = { id: 'lab', host: 'llm.example.com:8080' };

function coded(code: string, message = 'secret sk-live-123'): Error {
  return Object.assign(new Error(message), { code });
}

/** What undici reports for a server of this behaviour. */
async function faultOf(server: Server): Promise<RelayError> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const pool = new Pool(`http://127.0.0.1:${port}`);
  try {
    const answer = await pool.request({ method: 'GET', path: '/' });
    await answer.body.text();
    throw new Error('the server answered');
  } catch (error) {
    assert.ok(error instanceof Error);
    return classifyUpstreamError(error, lab);
  } finally {
    await pool.destroy();
    server.close();
  }
}

describe('a fault of the transport', () => {
  const cases: readonly (readonly [string, ErrorCode])[] = [
    ['ECONNREFUSED', 'upstream_unreachable'],
    ['ENOTFOUND', 'upstream_unreachable'],
    ['EAI_AGAIN', 'upstream_unreachable'],
    ['ECONNRESET', 'upstream_unreachable'],
    ['UND_ERR_SOCKET', 'upstream_unreachable'],
    ['ENETUNREACH', 'upstream_unreachable'],
    ['ETIMEDOUT', 'upstream_timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'upstream_timeout'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'upstream_unreachable'],
    ['CERT_HAS_EXPIRED', 'upstream_unreachable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'upstream_unreachable'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'upstream_unreachable'],
    ['HPE_INVALID_CONSTANT', 'upstream_invalid'],
    ['UND_ERR_HEADERS_OVERFLOW', 'upstream_invalid'],
    ['UND_ERR_CLOSED', 'shutting_down'],
  ];

  it('gets a code, and a sentence with provider and host but nothing of the error', () => {
    for (const [fault, code] of cases) {
      const error = classifyUpstreamError(coded(fault), lab);
      assert.equal(error.code, code, fault);
      assert.match(error.message, /^Provider "lab" \(llm\.example\.com:8080\) .+\./);
      assert.ok(!error.message.includes('sk-live'));
      assert.ok(error.cause instanceof Error);
    }
  });

  it('is found in the cause, and in several attempts at once', () => {
    const wrapped = new TypeError('fetch failed', { cause: coded('ECONNREFUSED') });
    assert.equal(classifyUpstreamError(wrapped, lab).code, 'upstream_unreachable');
    const both = new AggregateError([coded('ETIMEDOUT'), coded('ENETUNREACH')]);
    assert.equal(classifyUpstreamError(both, lab).code, 'upstream_timeout');
  });

  it('that nobody knows is a fault of RelayCore', () => {
    assert.equal(classifyUpstreamError(new TypeError('x is not a function'), lab).code, 'internal');
    const endless = new Error('a');
    endless.cause = endless;
    assert.equal(classifyUpstreamError(endless, lab).code, 'internal');
  });

  it('is named rightly where undici meets real servers', async () => {
    const hangsUp = await faultOf(
      createServer((socket) => void socket.once('data', () => socket.end())),
    );
    assert.equal(hangsUp.code, 'upstream_unreachable');
    const resets = await faultOf(
      createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    assert.equal(resets.code, 'upstream_unreachable');
    const noHttp = await faultOf(
      createServer((socket) => void socket.once('data', () => socket.end('SSH-2.0-x\r\n\r\n'))),
    );
    assert.equal(noHttp.code, 'upstream_invalid');
    const short = await faultOf(
      createServer((socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'));
      }),
    );
    assert.equal(short.code, 'upstream_unreachable');
  });
});

describe('a refusal of stream_options', () => {
  it('is known by its status and by naming the option', () => {
    assert.equal(rejectsStreamOptions(400, 'Unrecognized request argument: stream_options'), true);
    assert.equal(rejectsStreamOptions(422, '{"loc":["body","stream_options"]}'), true);
    assert.equal(rejectsStreamOptions(400, 'Unknown field include_usage'), true);
    assert.equal(rejectsStreamOptions(400, 'Invalid model'), false);
    assert.equal(rejectsStreamOptions(500, 'stream_options'), false);
    assert.equal(rejectsStreamOptions(200, 'stream_options'), false);
  });
});
