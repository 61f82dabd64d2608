import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlPlane, type RunningControlPlane } from './testing/start-control-plane.ts';

describe('GET /ui', () => {
  let folder: string;
  let plane: RunningControlPlane;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-page-'));
    await writeFile(join(folder, 'secret.js'), 'outside');
    await mkdir(join(folder, 'ui'));
    const script = '<script nonce="__NONCE__"></script><link nonce="__NONCE__">';
    await writeFile(join(folder, 'ui/index.html'), script);
    await writeFile(join(folder, 'ui/main.js'), 'let page;');
    await writeFile(join(folder, 'ui/main.css'), 'body{}');
    await writeFile(join(folder, 'ui/main.js.map'), '{}');
    plane = await startControlPlane({ uiDirectory: join(folder, 'ui') });
  });
  after(async () => {
    await plane.close();
    await rm(folder, { recursive: true });
  });

  const get = (path: string) => plane.ask(path, { token: null });

  it('leads to the folder of the page, by a relative path', async () => {
    const answer = await get('/ui');
    assert.equal(answer.status, 308);
    assert.equal(answer.headers['location'], 'ui/');
  });

  it('serves the page with a policy whose nonce is new each time', async () => {
    const nonces = [];
    for (let i = 0; i < 2; i += 1) {
      const answer = await get('/ui/');
      const policy = String(answer.headers['content-security-policy']);
      const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
      assert.equal(answer.text, `<script nonce="${nonce}"></script><link nonce="${nonce}">`);
      assert.match(policy, /^default-src 'none'; /);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|https?:/);
      nonces.push(nonce);
    }
    assert.notEqual(nonces[0], nonces[1]);
  });

  it('serves scripts and styles with their types', async () => {
    const script = await get('/ui/main.js');
    assert.equal(script.text, 'let page;');
    assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(script.headers['x-content-type-options'], 'nosniff');
    const style = await get('/ui/main.css');
    assert.equal(style.headers['content-type'], 'text/css; charset=utf-8');
  });

  for (const path of [
    '/ui/../secret.js',
    '/ui/..%2Fsecret.js',
    '/ui/%2e%2e/secret.js',
    '/ui/..%5csecret.js',
    '/ui/main.js.map',
    '/ui/index.html',
    '/ui/nothing.js',
    '/ui/deeper/main.js',
    '/ui/main.js%00',
  ]) {
    it(`has nothing at ${path}`, async () => {
      const answer = await get(path);
      assert.equal(answer.status, 404);
      assert.match(answer.text, /"code":"not_found"/);
    });
  }

  it('says what to do where the page was not built', async () => {
    const bare = await startControlPlane();
    const answer = await bare.ask('/ui/', { token: null });
    await bare.close();
    assert.equal(answer.status, 404);
    assert.match(answer.text, /npm run build/);
  });
});
