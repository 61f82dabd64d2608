import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchLeader, type LeaderWatch } from './leader-watch.ts';

describe('the watch over a leader', () => {
  const controlToken = 'rc_token';
  let server: Server;
  let url: string;
  let seen: IncomingMessage[];
  let answer: (nonce: string, response: ServerResponse) => void;
  let watch: LeaderWatch;

  const prove = (nonce: string, response: ServerResponse): void => {
    const proof = createHmac('sha256', controlToken).update(nonce).digest('hex');
    response.end(JSON.stringify({ status: 'ok', version: '0', proof }));
  };
  const begin = (): LeaderWatch => {
    watch = watchLeader({ url, controlToken, intervalMs: 10, timeoutMs: 150 });
    return watch;
  };
  const isLost = async ({ lost }: LeaderWatch, withinMs: number): Promise<boolean> =>
    Promise.race([lost.then(() => true), sleep(withinMs, false)]);

  beforeEach(async () => {
    seen = [];
    answer = prove;
    server = createServer((request, response) => {
      seen.push(request);
      const target = new URL(request.url ?? '/', 'http://x');
      answer(target.searchParams.get('nonce') ?? '', response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    watch.close();
    server.closeAllConnections();
    server.close();
  });

  it('asks again and again over one connection, and never sends the token', async () => {
    assert.equal(await isLost(begin(), 100), false);
    assert.ok(seen.length > 2);
    assert.equal(new Set(seen.map(({ socket }) => socket)).size, 1);
    assert.equal(new Set(seen.map((request) => request.url)).size, seen.length);
    assert.ok(seen.every(({ headers }) => headers.authorization === undefined));
  });

  it('knows at once when the connection ends', async () => {
    begin();
    while (seen.length === 0) await sleep(5);
    server.closeAllConnections();
    assert.equal(await isLost(watch, 1000), true);
  });

  it('takes silence for a loss', async () => {
    answer = () => undefined;
    assert.equal(await isLost(begin(), 1000), true);
  });

  it('takes a stranger for a loss', async () => {
    answer = (_nonce, response) => prove('another nonce', response);
    assert.equal(await isLost(begin(), 1000), true);
  });

  it('is quiet once closed', async () => {
    begin().close();
    server.closeAllConnections();
    assert.equal(await isLost(watch, 60), false);
  });
});
