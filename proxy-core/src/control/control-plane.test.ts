import assert from 'node:assert/strict';
import {
  controlToken,
  startControlPlane,
  type RunningControlPlane,
} from './testing/start-control-plane.ts';

const globals = { Request, Response };

describe('the control plane', () => {
  let plane: RunningControlPlane;

  before(async () => {
    plane = await startControlPlane({
      status: () => {
        throw new Error('a fault with rc_secret in it');
      },
    });
  });
  after(() => plane.close());

  it('needs a token', async () => {
    const answer = await plane.ask('/v1/config', { token: null });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.equal(answer.headers['content-type'], 'application/json');
    const { error } = answer.json() as { error: { code: string; message: string } };
    assert.equal(error.code, 'unauthenticated');
    assert.match(error.message, /control token/);
  });

  for (const authorization of [
    'Bearer rc_wrong',
    `Bearer ${controlToken}x`,
    `Bearer ${controlToken.slice(0, -1)}`,
    `Basic ${controlToken}`,
    'Bearer',
    controlToken,
  ]) {
    it(`refuses \`Authorization: ${authorization}\``, async () => {
      const answer = await plane.ask('/v1/config', { token: null, headers: { authorization } });
      assert.equal(answer.status, 401);
    });
  }

  it('takes the scheme in any case', async () => {
    const headers = { authorization: `bearer  ${controlToken} ` };
    assert.equal((await plane.ask('/v1/config', { token: null, headers })).status, 200);
  });

  it('tells the holder of a client token what that token is for', async () => {
    const answer = await plane.ask('/v1/config', { token: 'rc_c_assistant' });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /opens the model endpoints only/);
  });

  it('knows its control token even where that looks like a client token', async () => {
    const lookalike = 'rc_c_this-is-the-control-token';
    const other = await startControlPlane({ controlToken: lookalike });
    const answer = await other.ask('/v1/config', { token: lookalike });
    await other.close();
    assert.equal(answer.status, 200);
  });

  it('lets the owner in at once while wrong tokens wait for their refusal', async () => {
    const slow = await startControlPlane({}, { refusalDelayMs: 150 });
    const wrong = Array.from({ length: 40 }, () => slow.ask('/v1/config', { token: 'x' }));
    const first = await Promise.race([slow.ask('/v1/config'), wrong[0]]);
    const statuses = (await Promise.all(wrong)).map(({ status }) => status);
    await slow.close();
    assert.equal(first?.status, 200);
    assert.equal(statuses.filter((status) => status === 401).length, 32);
    assert.equal(statuses.filter((status) => status === 429).length, 8);
  });

  it('has JSON for paths that it does not know', async () => {
    const answer = await plane.ask('/v1/cache/entries');
    assert.equal(answer.status, 404);
    assert.deepEqual(answer.json(), {
      error: { code: 'not_found', message: 'There is nothing at this path.' },
    });
  });

  for (const [method, path, allow] of [
    ['POST', '/health', 'GET, HEAD'],
    ['PATCH', '/v1/config', 'GET, HEAD, PUT'],
    ['GET', '/v1/cache/clear', 'POST'],
    ['PUT', '/v1/tokens', 'GET, HEAD, POST'],
    ['GET', '/v1/tokens/codex', 'DELETE'],
    ['OPTIONS', '/v1/config', 'GET, HEAD, PUT'],
  ] as const) {
    it(`does not take ${method} ${path}`, async () => {
      const answer = await plane.ask(path, { method });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers['allow'], allow);
    });
  }

  for (const [name, headers] of [
    ['declared', {}],
    ['chunked', { 'transfer-encoding': 'chunked' }],
  ] as const) {
    it(`refuses a body over 1 MB, its length ${name}`, async () => {
      const body = JSON.stringify({ name: 'x'.repeat(1024 * 1024) });
      const answer = await plane.ask('/v1/tokens', { method: 'POST', body, headers });
      assert.equal(answer.status, 413);
      assert.match(answer.text, /"code":"body_too_large"/);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    });

    it(`takes a body below that, its length ${name}`, async () => {
      const body = JSON.stringify({ name: 'codex', padding: 'x'.repeat(1024 * 1024 - 100) });
      const answer = await plane.ask('/v1/tokens', { method: 'POST', body, headers });
      assert.equal(answer.status, 400);
      assert.match(answer.text, /Unknown in the body: padding/);
    });
  }

  it('keeps the reason of a fault to the log', async () => {
    const known = plane.faults.length;
    const answer = await plane.ask('/health');
    assert.equal(answer.status, 500);
    assert.deepEqual(answer.json(), {
      error: { code: 'internal', message: 'A fault in RelayCore. The log has the details.' },
    });
    assert.equal(plane.faults.length, known + 1);
  });

  for (const [path, token] of [
    ['/v1/config', controlToken],
    ['/v1/config', null],
    ['/v1/cache/nothing', controlToken],
    ['/ui', null],
    ['/ui/missing.js', null],
  ] as const) {
    it(`protects its answer to ${path} ${token === null ? 'without' : 'with'} a token`, async () => {
      const { headers } = await plane.ask(path, { token });
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(
        headers['content-security-policy'],
        "default-src 'none'; frame-ancestors 'none'",
      );
      assert.equal(headers['access-control-allow-origin'], undefined);
      assert.equal(headers['set-cookie'], undefined);
    });
  }

  it('leaves the globals of its process alone', () => {
    assert.ok(globals.Request === Request && globals.Response === Response);
  });
});
