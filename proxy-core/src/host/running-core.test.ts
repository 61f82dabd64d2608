import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { protocolVersion, type Instance } from '../contract/instance.ts';
import { readBootId } from './boot-id.ts';
import { loadControlToken } from './control-token.ts';
import { readInstance, removeInstance, writeInstance } from './instance-file.ts';
import { findRunningCore } from './running-core.ts';

describe('finding the running core', () => {
  let folder: string;
  let server: Server;
  let token: string;
  let seen: IncomingMessage[];
  let proofOf: (nonce: string) => string;

  const anInstance = async (overrides: Partial<Instance> = {}): Promise<Instance> => {
    const { port } = server.address() as AddressInfo;
    return {
      pid: process.pid,
      url: `http://127.0.0.1:${port}`,
      bridgeUrl: `ws://127.0.0.1:${port}/bridge`,
      protocol: protocolVersion,
      version: '0',
      schemaVersion: 1,
      epoch: 'e',
      hostname: hostname(),
      bootId: await readBootId(),
      host: { kind: 'headless', name: 'test' },
      startedAt: 0,
      ...overrides,
    };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-find-'));
    token = (await loadControlToken({ dir: folder, isWritable: true, notices: [] })).value;
    proofOf = (nonce) => createHmac('sha256', token).update(nonce).digest('hex');
    seen = [];
    server = createServer((request, response) => {
      seen.push(request);
      const url = new URL(request.url ?? '/', 'http://x');
      if (url.pathname === '/refused') {
        response.statusCode = 409;
        response.end('{"error": {"code": "conflict", "message": "There is one already."}}');
        return;
      }
      const proof = proofOf(url.searchParams.get('nonce') ?? '');
      response.end(JSON.stringify({ status: 'ok', version: '0', proof }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  it('finds one that proves itself, and only then sends the token', async () => {
    await writeInstance(folder, await anInstance());
    const search = await findRunningCore(folder);
    assert.ok(search.kind === 'running');
    assert.equal(seen[0]?.headers.authorization, undefined);
    await search.core.call('POST', '/v1/anything', { a: 1 });
    assert.equal(seen[1]?.headers.authorization, `Bearer ${token}`);
  });

  it("passes the core's own refusal on", async () => {
    await writeInstance(folder, await anInstance());
    const search = await findRunningCore(folder);
    assert.ok(search.kind === 'running');
    await assert.rejects(search.core.call('GET', '/refused'), {
      name: 'RelayError',
      code: 'conflict',
      message: 'There is one already.',
    });
  });

  it('never sends the token to one whose proof is wrong', async () => {
    proofOf = () => createHmac('sha256', 'another token').update('x').digest('hex');
    await writeInstance(folder, await anInstance());
    assert.equal((await findRunningCore(folder)).kind, 'unproven');
    assert.ok(seen.every(({ headers }) => headers.authorization === undefined));
  });

  it('ignores what a dead process or another boot left', async () => {
    assert.equal((await findRunningCore(folder)).kind, 'absent');
    await writeInstance(folder, await anInstance({ pid: 2 ** 22 + 1 }));
    assert.equal((await findRunningCore(folder)).kind, 'absent');
    await writeInstance(folder, await anInstance({ bootId: 'another boot' }));
    const expected = (await readBootId()) === null ? 'running' : 'absent';
    assert.equal((await findRunningCore(folder)).kind, expected);
  });

  it('tells a core that does not answer from none', async () => {
    await writeInstance(folder, await anInstance({ url: 'http://127.0.0.1:1' }));
    assert.equal((await findRunningCore(folder)).kind, 'unproven');
  });

  it('removes the file of its own epoch only', async () => {
    await writeInstance(folder, await anInstance());
    await removeInstance(folder, 'another');
    assert.equal((await readInstance(folder))?.epoch, 'e');
    await removeInstance(folder, 'e');
    assert.equal(await readInstance(folder), null);
  });
});
