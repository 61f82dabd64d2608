import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCore } from './find-core.ts';

const token = 'rc_token';
const never = new AbortController().signal;

describe('the search for the core', () => {
  let folder: string;
  let server: Server;
  let url: string;
  let secret: string;
  const authorizations: (string | undefined)[] = [];

  before(async () => {
    server = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      const nonce = new URL(request.url ?? '', url).searchParams.get('nonce') ?? '';
      const proof = createHmac('sha256', secret).update(nonce).digest('hex');
      response.end(JSON.stringify({ status: 'ok', version: '1.0.0', proof }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-discovery-'));
    secret = token;
    authorizations.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function announce(changes: object = {}, ownToken: string | null = token): Promise<void> {
    const instance = {
      pid: process.pid,
      url,
      bridgeUrl: `${url.replace('http', 'ws')}/bridge`,
      protocol: 1,
      version: '1.0.0',
      schemaVersion: 1,
      epoch: 'e',
      hostname: hostname(),
      bootId: null,
      host: { kind: 'vscode', name: 'VS Code' },
      startedAt: 1,
    };
    await writeFile(join(folder, 'instance.json'), JSON.stringify({ ...instance, ...changes }));
    if (ownToken !== null) await writeFile(join(folder, 'token'), `${ownToken}\n`);
  }

  it('finds one that proves itself, and sends it no token for that', async () => {
    await announce();
    const search = await findCore(folder, never);
    assert.equal(search.kind, 'running');
    assert.equal(search.kind === 'running' && search.controlToken, token);
    assert.deepEqual(authorizations, [undefined]);
  });

  it('finds none where nothing is written, or not to be understood', async () => {
    assert.deepEqual(await findCore(folder, never), { kind: 'absent' });
    await writeFile(join(folder, 'instance.json'), '{"pid":');
    assert.deepEqual(await findCore(folder, never), { kind: 'absent' });
  });

  it('finds none where its process has ended', async () => {
    await announce({ pid: 2 ** 22 + 1 });
    assert.deepEqual(await findCore(folder, never), { kind: 'absent' });
  });

  it('does not believe who cannot prove to know the token', async () => {
    secret = 'of somebody else';
    await announce();
    const search = await findCore(folder, never);
    assert.match(search.kind === 'unproven' ? search.reason : '', /is not it/);
  });

  it('says when nobody answers, and when the token cannot be read', async () => {
    await announce({ url: 'http://127.0.0.1:1', bridgeUrl: 'ws://127.0.0.1:1/bridge' });
    const silent = await findCore(folder, never);
    assert.match(silent.kind === 'unproven' ? silent.reason : '', /does not answer/);
    await announce({}, null);
    await rm(join(folder, 'token'));
    const closed = await findCore(folder, never);
    assert.match(closed.kind === 'unproven' ? closed.reason : '', /cannot be read/);
  });
});
