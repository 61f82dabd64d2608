import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { protocolVersion, type Instance } from '../contract/instance.ts';
import { loadControlToken } from './control-token.ts';
import { writeInstance } from './instance-file.ts';
import { tryLeaderLock, type LeaderLock } from './leader-lock.ts';
import { takeLeadOrAttach } from './leadership.ts';

function anInstance(address: string): Instance {
  return {
    pid: process.pid,
    url: `http://${address}`,
    bridgeUrl: `ws://${address}/bridge`,
    protocol: protocolVersion,
    version: '0',
    schemaVersion: 1,
    epoch: 'e',
    hostname: hostname(),
    bootId: null,
    host: { kind: 'vscode', name: 'an IDE' },
    startedAt: 0,
  };
}

describe('the lead', () => {
  let folder: string;
  let held: LeaderLock[];

  const hold = async (): Promise<LeaderLock> => {
    const attempt = await tryLeaderLock(folder);
    assert.ok(attempt.kind === 'acquired');
    held.push(attempt.lock);
    return attempt.lock;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-lead-'));
    held = [];
  });
  afterEach(async () => {
    for (const lock of held) lock.release();
    await rm(folder, { recursive: true });
  });

  it('is taken where nobody has it', async () => {
    const leadership = await takeLeadOrAttach(folder, { patienceMs: 0 });
    assert.ok(leadership.kind === 'lead' && leadership.lock !== null);
    held.push(leadership.lock);
  });

  it('is waited for while its holder is on the way out', async () => {
    const lock = await hold();
    setTimeout(() => lock.release(), 150);
    const leadership = await takeLeadOrAttach(folder, { patienceMs: 1500 });
    assert.ok(leadership.kind === 'lead' && leadership.lock !== null);
    held.push(leadership.lock);
  });

  it('is not raced for with a holder that does not say where it listens', async () => {
    await hold();
    await assert.rejects(takeLeadOrAttach(folder, { patienceMs: 150 }), {
      code: 'conflict',
      message: /does not say where it listens/,
    });
  });

  it('is not raced for with a holder that does not prove itself', async () => {
    await hold();
    await loadControlToken({ dir: folder, isWritable: true, notices: [] });
    await writeInstance(folder, anInstance('127.0.0.1:1'));
    await assert.rejects(takeLeadOrAttach(folder, { patienceMs: 0 }), {
      code: 'conflict',
      message: new RegExp(`process ${process.pid}, an IDE.*suspended`),
    });
  });

  it('is left to who proves to have it, though the lock was lost', async () => {
    const home = { dir: folder, isWritable: true, notices: [] };
    const { value: token } = await loadControlToken(home);
    const server = createServer(({ url }, response) => {
      const nonce = new URL(url ?? '', 'http://x').searchParams.get('nonce') ?? '';
      const proof = createHmac('sha256', token).update(nonce).digest('hex');
      response.end(JSON.stringify({ status: 'ok', version: '0', proof }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await writeInstance(folder, anInstance(`127.0.0.1:${port}`));
    const { kind } = await takeLeadOrAttach(folder, { patienceMs: 0 });
    server.close();
    assert.equal(kind, 'attach');
    // It was given back.
    await hold();
  });

  it('is no longer waited for once told to stop', async () => {
    await hold();
    const signal = AbortSignal.timeout(50);
    await assert.rejects(takeLeadOrAttach(folder, { patienceMs: 60_000, signal }), {
      code: 'shutting_down',
    });
  });

  it('is taken without a lock where there can be none, with a notice', async () => {
    const leadership = await takeLeadOrAttach(join(folder, 'absent'), { patienceMs: 0 });
    assert.ok(leadership.kind === 'lead' && leadership.lock === null);
    assert.match(leadership.notice ?? '', /without the leader lock/);
  });
});
