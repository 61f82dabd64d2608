// What clients and strangers send by mistake or on purpose: each gets a clear answer in its dialect,
// nothing hangs, and the core serves on.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { aChatRequest } from '../support/builders.ts';
import { aConfig } from '../support/core-config.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { sendRaw } from '../support/raw-http.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';

interface OpenAIError {
  readonly error: { readonly code: string; readonly message: string; readonly type: string };
}

describe('bad requests', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let token: string;

  before(async () => {
    mock = await startMockProvider();
    const server = { bodyLimitMb: 1, headersTimeoutMs: 500 };
    core = await runCore({ config: aConfig(mock.url, { server }) });
    token = await core.createClientToken();
  });

  after(async () => {
    await core.dispose();
    await mock.close();
  });

  beforeEach(() => mock.reset());

  afterEach(async () => {
    const response = await ask(JSON.stringify(aChatRequest()));
    assert.equal(response.status, 200, 'the core does not serve any more');
    await response.text();
  });

  function ask(
    body: string | Buffer | ReadableStream,
    headers: Record<string, string> = {},
    path = '/v1/chat/completions',
  ): Promise<Response> {
    return fetch(core.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
      duplex: 'half',
    });
  }

  async function refusal(
    response: Response | Promise<Response>,
  ): Promise<[number, string, string]> {
    const { status, headers, ...rest } = await response;
    void rest;
    const { error } = (await (await response).json()) as OpenAIError;
    assert.equal(headers.get('x-relaycore-error'), error.code);
    return [status, error.code, error.message];
  }

  it('says where JSON is malformed, and not what it says', async () => {
    const [status, code, message] = await refusal(
      ask('{"model": "gpt-4o-mini", "secret words": }'),
    );
    assert.deepEqual([status, code], [400, 'bad_request']);
    assert.match(message, /line 1, column 42/);
    assert.doesNotMatch(message, /secret words/);
    assert.equal(mock.requests.length, 0);
  });

  it('refuses a body that is no object, empty, or given twice over', async () => {
    for (const body of ['[]', '"text"', '', '{"model":"a","model":"b","messages":[]}']) {
      const [status, code] = await refusal(ask(body));
      assert.deepEqual([status, code], [400, 'bad_request'], body);
    }
  });

  it('refuses invalid UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"model":"gpt-4o-mini","user":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    const [status, , message] = await refusal(ask(body));
    assert.equal(status, 400);
    assert.match(message, /UTF-8/);
  });

  it('refuses in the dialect of Anthropic where that is spoken', async () => {
    const response = await ask('{', {}, '/v1/messages');
    const body = (await response.json()) as {
      type: string;
      error: { type: string; message: string };
    };
    assert.equal(response.status, 400);
    assert.deepEqual([body.type, body.error.type], ['error', 'invalid_request_error']);
    assert.match(body.error.message, /bad_request/);
  });

  it('refuses a wrong token, and a revoked one at once, without asking to try again', async () => {
    const wrong = await ask('{}', { authorization: 'Bearer rc_c_wrong' });
    assert.equal(wrong.headers.get('x-should-retry'), 'false');
    assert.deepEqual((await refusal(wrong)).slice(0, 2), [401, 'unauthenticated']);
    const doomed = await core.createClientToken('doomed');
    const as = { authorization: `Bearer ${doomed}` };
    assert.equal((await ask(JSON.stringify(aChatRequest()), as)).status, 200);
    await fetch(`${core.url}/v1/tokens/doomed`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${core.controlToken}` },
    });
    assert.deepEqual((await refusal(ask('{}', as))).slice(0, 2), [401, 'unauthenticated']);
  });

  it('refuses the control token on the data plane, and a client token on the control plane', async () => {
    const as = { authorization: `Bearer ${core.controlToken}` };
    assert.deepEqual((await refusal(ask('{}', as))).slice(0, 2), [401, 'unauthenticated']);
    const control = await fetch(`${core.url}/v1/config`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(control.status, 403);
    assert.equal(mock.requests.length, 0);
  });

  it('never forwards anything that looks like its own token', async () => {
    const body = JSON.stringify(aChatRequest());
    const both = { authorization: 'Bearer rc_c_unknown', 'x-api-key': 'sk-real' };
    assert.equal((await ask(body, both)).status, 401);
    assert.equal(mock.requests.length, 0);
  });

  it('refuses a body over the limit, declared or not', async () => {
    const large = JSON.stringify({ ...aChatRequest(), user: 'x'.repeat(1_100_000) });
    assert.deepEqual((await refusal(ask(large))).slice(0, 2), [413, 'body_too_large']);
    const undeclared = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(large));
        controller.close();
      },
    });
    assert.deepEqual((await refusal(ask(undeclared))).slice(0, 2), [413, 'body_too_large']);
    assert.equal(mock.requests.length, 0);
  });

  it('takes a body of just the limit', async () => {
    const frame = JSON.stringify({ ...aChatRequest(), user: '' }).length;
    const body = JSON.stringify({ ...aChatRequest(), user: 'x'.repeat(1024 * 1024 - frame) });
    assert.equal(body.length, 1024 * 1024);
    assert.equal((await ask(body)).status, 200);
    assert.equal(mock.lastRequest().body.length, body.length);
  });

  it('refuses a zip bomb for what it would become', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    assert.ok(bomb.length < 1024 * 1024);
    const packed = { 'content-encoding': 'gzip' };
    assert.deepEqual((await refusal(ask(bomb, packed))).slice(0, 2), [413, 'body_too_large']);
  });

  it('reads a compressed body and passes it on as it was', async () => {
    const packed = gzipSync(JSON.stringify(aChatRequest()));
    assert.equal((await ask(packed, { 'content-encoding': 'gzip' })).status, 200);
    assert.deepEqual(mock.lastRequest().body, packed);
  });

  it('refuses a body that is not what its encoding says', async () => {
    const broken = await refusal(ask('no gzip', { 'content-encoding': 'gzip' }));
    assert.deepEqual(broken.slice(0, 2), [400, 'bad_request']);
    const unknown = await refusal(ask('{}', { 'content-encoding': 'lzma' }));
    assert.match(unknown[2], /gzip, deflate, br/);
  });

  it('says what to configure for a model that nothing serves', async () => {
    const keyless = await runCore({
      env: { OPENAI_API_KEY: undefined, ANTHROPIC_API_KEY: undefined },
    });
    try {
      const as = { authorization: `Bearer ${await keyless.createClientToken()}` };
      const response = await fetch(`${keyless.url}/v1/chat/completions`, {
        method: 'POST',
        headers: as,
        body: JSON.stringify(aChatRequest({ model: 'no-such-model' })),
      });
      const [status, code, message] = await refusal(response);
      assert.deepEqual([status, code], [400, 'no_provider']);
      assert.match(message, /no-such-model.*OPENAI_API_KEY/);
    } finally {
      await keyless.dispose();
    }
  });

  it('refuses foreign hosts and origins before anything else', async () => {
    const request = (lines: string): string =>
      `GET /health HTTP/1.1\r\n${lines}\r\nConnection: close\r\n\r\n`;
    const local = new URL(core.url).host;
    assert.equal((await sendRaw(core.url, request(`Host: ${local}`))).status, 200);
    assert.equal((await sendRaw(core.url, request('Host: localhost:1234'))).status, 200);
    for (const host of ['evil.example', `127.0.0.1.evil.example`, 'localhost.evil:80', '']) {
      assert.equal((await sendRaw(core.url, request(`Host: ${host}`))).status, 403, host);
    }
    for (const origin of [
      'null',
      'http://evil.example',
      `http://${local}.evil.example`,
      `http://127.0.0.1:1`,
    ]) {
      const foreign = await sendRaw(core.url, request(`Host: ${local}\r\nOrigin: ${origin}`));
      assert.equal(foreign.status, 403, origin);
    }
    const own = await sendRaw(core.url, request(`Host: ${local}\r\nOrigin: http://${local}`));
    assert.equal(own.status, 200);
    const crossSite = await sendRaw(
      core.url,
      request(`Host: ${local}\r\nSec-Fetch-Site: cross-site`),
    );
    assert.equal(crossSite.status, 403);
  });

  it('refuses a flood of headers', async () => {
    const flood = `X-Flood: ${'x'.repeat(70_000)}`;
    const { status, body } = await sendRaw(
      core.url,
      `GET / HTTP/1.1\r\nHost: localhost\r\n${flood}\r\n\r\n`,
    );
    assert.equal(status, 431);
    assert.match(body, /headers_too_large/);
  });

  it('cuts off who sends headers too slowly', async () => {
    const { status, milliseconds } = await sendRaw(core.url, 'GET / HTTP/1.1\r\nHost: local');
    assert.equal(status, 408);
    assert.ok(milliseconds < 5_000, `after ${milliseconds} ms`);
  });

  it('refuses every form of request smuggling', async () => {
    const smuggled = 'GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const start = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
    const forms = [
      `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${start}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello${smuggled}`,
      `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
      `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${start}Content-Length: +5\r\n\r\nhello${smuggled}`,
      `${start}Transfer-Encoding: chunked\r\n\r\n5;\nhello\r\n0\r\n\r\n${smuggled}`,
      `${start}X: a\r\n b\r\nContent-Length: -1\r\n\r\n${smuggled}`,
    ];
    for (const form of forms) {
      const { status, body } = await sendRaw(core.url, form, 3_000);
      assert.equal(status, 400, JSON.stringify(form));
      assert.doesNotMatch(body, /HTTP\/1\.1 200/, 'a second answer');
    }
    assert.equal(mock.requests.length, 0);
  });

  it('answers a WebSocket with 426 at once', async () => {
    const upgrade =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==';
    const { status, milliseconds } = await sendRaw(
      core.url,
      `GET /v1/responses HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n\r\n`,
    );
    assert.equal(status, 426);
    assert.ok(milliseconds < 1_000);
  });

  it('answers probes of the base URL', async () => {
    assert.equal((await fetch(core.url, { method: 'HEAD' })).status, 200);
    assert.equal((await fetch(core.url)).status, 200);
    assert.equal((await fetch(`${core.url}/nowhere`)).status, 404);
  });

  it('has logged neither credential nor prompt', async () => {
    await ask(
      JSON.stringify(aChatRequest({ messages: [{ role: 'user', content: 'canary-prompt-7' }] })),
    );
    await core.stop();
    const log = core.stderr() + core.stdout();
    for (const secret of [
      'canary-prompt-7',
      token,
      'sk-mock-stored',
      core.controlToken,
      'secret words',
    ]) {
      assert.ok(!log.includes(secret), secret);
    }
    core = await runCore({ config: aConfig(mock.url) });
    token = await core.createClientToken();
  });
});
