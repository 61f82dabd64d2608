import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryLeaderLock, type LeaderLock } from './leader-lock.ts';

describe('the leader lock', () => {
  let folder: string;
  const acquire = async (): Promise<LeaderLock> => {
    const attempt = await tryLeaderLock(folder);
    assert.equal(attempt.kind, 'acquired');
    return (attempt as { lock: LeaderLock }).lock;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has one holder at a time', async () => {
    const lock = await acquire();
    assert.equal((await tryLeaderLock(folder)).kind, 'taken');
    lock.release();
    lock.release();
    (await acquire()).release();
  });

  it('is free at once when its holder is killed', async function () {
    this.timeout(10_000);
    const module = new URL('./leader-lock.ts', import.meta.url).href;
    const script = `const { tryLeaderLock } = await import(${JSON.stringify(module)});
      console.log((await tryLeaderLock(${JSON.stringify(folder)})).kind); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    assert.equal(String(line).trim(), 'acquired');
    assert.equal((await tryLeaderLock(folder)).kind, 'taken');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    (await acquire()).release();
  });

  it('mends a damaged file in place, so that all who find it lock the same one', async () => {
    const path = join(folder, 'leader.db');
    await writeFile(path, 'this is no database, '.repeat(100));
    const damaged = await open(path);
    const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLeaderLock(folder)));
    const kinds = attempts.map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'acquired').length, 1);
    assert.equal(kinds.filter((kind) => kind === 'taken').length, 19);
    assert.equal((await stat(path)).ino, (await damaged.stat()).ino);
    for (const attempt of attempts) if (attempt.kind === 'acquired') attempt.lock.release();
    await damaged.close();
    (await acquire()).release();
  });

  it('is unavailable where the folder cannot be used', async () => {
    const attempt = await tryLeaderLock(join(folder, 'absent'));
    assert.equal(attempt.kind, 'unavailable');
  });
});
