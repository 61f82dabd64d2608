import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadControlToken, readControlToken } from './control-token.ts';
import { locateDataHome, prepareDataHome, type DataHome } from './data-home.ts';
import { loadRootSecret } from './root-secret.ts';

describe('the data home', () => {
  let folder: string;
  const home = (): DataHome => ({ dir: folder, isWritable: true, notices: [] });
  const modeOf = async (name: string): Promise<number> =>
    (await stat(join(folder, name))).mode & 0o777;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-home-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is the folder given, else RELAYCORE_HOME, else .relaycore in the home folder', () => {
    assert.equal(locateDataHome('here', { RELAYCORE_HOME: '/there' }), resolve('here'));
    assert.equal(locateDataHome(null, { RELAYCORE_HOME: '/there' }), resolve('/there'));
    assert.equal(locateDataHome(null, { RELAYCORE_HOME: '' }), join(homedir(), '.relaycore'));
  });

  it('is made private, with the folders above it', async () => {
    const { isWritable, notices } = await prepareDataHome(join(folder, 'a/b'));
    assert.deepEqual({ isWritable, notices }, { isWritable: true, notices: [] });
    assert.equal(await modeOf('a/b'), 0o700);
  });

  it('keeps the permissions of a folder that exists, and warns where others may write', async () => {
    await chmod(folder, 0o775);
    assert.match((await prepareDataHome(folder)).notices.join(), /chmod 700/);
    assert.equal(await modeOf('.'), 0o775);
  });

  it('is refused where it is a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await assert.rejects(prepareDataHome(file), { code: 'storage_failed' });
    await assert.rejects(prepareDataHome(join(file, 'below')), { code: 'storage_failed' });
  });

  describe('the control token', () => {
    it('is made once, privately, and found again', async () => {
      const first = await loadControlToken(home());
      assert.match(first.value, /^rc_[A-Za-z0-9_-]{43}$/);
      assert.equal(await modeOf('token'), 0o600);
      assert.equal((await loadControlToken(home())).value, first.value);
      assert.equal(await readControlToken(folder), first.value);
    });

    it('is closed to others, who could read it, with a notice', async () => {
      const { value } = await loadControlToken(home());
      await chmod(join(folder, 'token'), 0o644);
      const again = await loadControlToken(home());
      assert.equal(again.value, value);
      assert.match(again.notices.join(), /Other users could read/);
      assert.equal(await modeOf('token'), 0o600);
    });

    it('is made anew where it is damaged, with a notice', async () => {
      await writeFile(join(folder, 'token'), 'rc_short\n');
      const { value, notices } = await loadControlToken(home());
      assert.match(notices.join(), /damaged/);
      assert.equal(await readFile(join(folder, 'token'), 'utf8'), `${value}\n`);
    });

    it('lives in memory where it cannot be stored', async () => {
      const nowhere = { ...home(), dir: join(folder, 'absent') };
      const { value, isStored, notices } = await loadControlToken(nowhere);
      assert.match(value, /^rc_/);
      assert.equal(isStored, false);
      assert.match(notices.join(), /memory/);
      assert.equal(await readControlToken(nowhere.dir), null);
    });
  });

  describe('the root secret', () => {
    it('is 32 bytes, kept privately', async () => {
      const { bytes } = await loadRootSecret(home(), null);
      assert.equal(bytes.length, 32);
      assert.equal(await modeOf('secret'), 0o600);
      assert.deepEqual((await loadRootSecret(home(), null)).bytes, bytes);
    });

    it('comes from the environment where one is given, and is not stored then', async () => {
      const given = Buffer.alloc(32, 7).toString('base64');
      const { bytes } = await loadRootSecret(home(), given);
      assert.deepEqual(bytes, new Uint8Array(32).fill(7));
      await assert.rejects(stat(join(folder, 'secret')));
    });

    it('of the environment has to be 32 bytes', async () => {
      for (const given of ['short', Buffer.alloc(31).toString('base64'), 'not base64!']) {
        await assert.rejects(loadRootSecret(home(), given), { code: 'bad_config' });
      }
    });
  });
});
