import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RelayError } from '../domain/relay-error.ts';
import type { Settings } from './schema.ts';
import { SettingsError } from './settings-error.ts';
import {
  createSettingsStore,
  type SettingsDependencies,
  type SettingsStore,
  type SettingsStoreOptions,
} from './settings-store.ts';

describe('createSettingsStore', () => {
  let home: string;
  let configFile: string;
  let logged: [level: string, message: string][];
  const stores: SettingsStore[] = [];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'relaycore-settings-'));
    configFile = join(home, 'config.yaml');
    logged = [];
  });

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    rmSync(home, { recursive: true, force: true });
  });

  async function aStore(
    options: Partial<SettingsStoreOptions> = {},
    environment: SettingsDependencies['environment'] = {},
  ): Promise<SettingsStore> {
    const log =
      (level: string) =>
      (_fields: object, message: string): void => {
        logged.push([level, message]);
      };
    const logger = { info: log('info'), warn: log('warn'), error: log('error') };
    const store = await createSettingsStore(
      { environment, logger },
      { configFile, useEnvironment: false, ...options },
    );
    stores.push(store);
    return store;
  }

  const write = (text: string): void => writeFileSync(configFile, text);
  const read = (): string => readFileSync(configFile, 'utf8');

  /** The next settings that differ; fails after the second within which they must come. */
  function nextChange(store: SettingsStore): Promise<Settings> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no change within a second')), 1_000);
      const stop = store.onChange((settings) => {
        clearTimeout(timer);
        stop();
        resolve(settings);
      });
    });
  }

  async function until(condition: () => boolean): Promise<void> {
    const end = performance.now() + 1_000;
    while (!condition()) {
      assert.ok(performance.now() < end, 'not within a second');
      await delay(5);
    }
  }

  describe('at the start', () => {
    it('needs no file', async () => {
      const store = await aStore({ configFile: join(home, 'not', 'there', 'config.yaml') });
      assert.equal(store.current().server.port, 7352);
      assert.equal(store.lastError(), null);
    });

    it('throws where the file is bad, with its place', async () => {
      write('server:\n  prot: 1\n');
      await assert.rejects(aStore(), (error) => {
        assert.ok(error instanceof SettingsError);
        assert.equal(error.code, 'bad_config');
        assert.equal(
          error.message,
          `${configFile}:2:3: server.prot is not a setting; did you mean server.port?`,
        );
        const { path, line, column } = error.issues[0] ?? {};
        assert.deepEqual([path, line, column], ['server.prot', 2, 3]);
        return true;
      });
    });

    it('throws where a file is missing that the user named', async () => {
      await assert.rejects(aStore({ mustExist: true }), /There is no such file/);
    });

    it('takes the environment only where it may', async () => {
      const environment = { RELAYCORE_SERVER__PORT: '5', RELAYCORE_SERVER__PROT: '6' };
      assert.equal((await aStore({}, environment)).current().server.port, 7352);
      const store = await aStore({ useEnvironment: true }, environment);
      assert.equal(store.current().server.port, 5);
      assert.equal(store.warnings().length, 1);
      assert.deepEqual(logged, [['warn', store.warnings()[0]]]);
    });

    it('lets the command line win', async () => {
      const options = { useEnvironment: true, commandLine: { server: { port: 0 } } };
      const store = await aStore(options, { RELAYCORE_SERVER__PORT: '5' });
      assert.equal(store.current().server.port, 0);
    });
  });

  describe('while it runs', () => {
    it('takes up a file that is written in place', async () => {
      write('cache: {ttlSeconds: 1}');
      const store = await aStore();
      const before = store.current();
      const change = nextChange(store);
      write('cache: {ttlSeconds: 2}');
      assert.equal((await change).cache.ttlSeconds, 2);
      assert.equal(store.current().cache.ttlSeconds, 2);
      assert.equal(before.cache.ttlSeconds, 1);
    });

    it('takes up a file that is replaced by rename, again and again', async () => {
      write('cache: {ttlSeconds: 1}');
      const store = await aStore();
      for (const ttlSeconds of [2, 3, 4]) {
        const change = nextChange(store);
        writeFileSync(join(home, '.config.yaml.swp'), `cache: {ttlSeconds: ${ttlSeconds}}`);
        renameSync(join(home, '.config.yaml.swp'), configFile);
        assert.equal((await change).cache.ttlSeconds, ttlSeconds);
      }
    });

    it('never shows the moment in which an editor has emptied or moved the file', async () => {
      write('cache: {ttlSeconds: 1}');
      const store = await aStore();
      const seen: number[] = [];
      store.onChange((settings) => seen.push(settings.cache.ttlSeconds));
      write('');
      await delay(100);
      write('cache: {ttlSeconds: 2}');
      await until(() => seen.length === 1);
      renameSync(configFile, `${configFile}~`);
      await delay(100);
      write('cache: {ttlSeconds: 3}');
      await until(() => seen.length === 2);
      assert.deepEqual(seen, [2, 3]);
    });

    it('takes up a file that appears, and one that goes', async () => {
      const store = await aStore();
      let change = nextChange(store);
      write('cache: {ttlSeconds: 2}');
      assert.equal((await change).cache.ttlSeconds, 2);
      change = nextChange(store);
      unlinkSync(configFile);
      assert.equal((await change).cache.ttlSeconds, 3600);
      assert.equal(store.lastError(), null);
    });

    it('takes up a file in a folder that did not exist', async () => {
      const folder = join(home, 'later');
      const store = await aStore({ configFile: join(folder, 'config.yaml'), pollIntervalMs: 50 });
      const change = nextChange(store);
      mkdirSync(folder);
      writeFileSync(join(folder, 'config.yaml'), 'cache: {ttlSeconds: 2}');
      assert.equal((await change).cache.ttlSeconds, 2);
    });

    it('takes up what is behind a symbolic link, and another link', async () => {
      for (const folder of ['one', 'two']) mkdirSync(join(home, folder));
      writeFileSync(join(home, 'one', 'real.yaml'), 'cache: {ttlSeconds: 1}');
      writeFileSync(join(home, 'two', 'real.yaml'), 'cache: {ttlSeconds: 9}');
      symlinkSync(join('one', 'real.yaml'), configFile);
      const store = await aStore();
      let change = nextChange(store);
      writeFileSync(join(home, 'one', 'real.yaml'), 'cache: {ttlSeconds: 2}');
      assert.equal((await change).cache.ttlSeconds, 2);
      change = nextChange(store);
      symlinkSync(join('two', 'real.yaml'), `${configFile}.new`);
      renameSync(`${configFile}.new`, configFile);
      assert.equal((await change).cache.ttlSeconds, 9);
    });

    it('takes up a file of the same size and time', async () => {
      write('cache: {ttlSeconds: 1}');
      const { atime, mtime } = statSync(configFile);
      const store = await aStore();
      const change = nextChange(store);
      write('cache: {ttlSeconds: 2}');
      utimesSync(configFile, atime, mtime);
      assert.equal((await change).cache.ttlSeconds, 2);
    });

    it('refuses a bad file with its place, keeps the last good one, and says when all is well', async () => {
      write('cache: {ttlSeconds: 1}');
      const store = await aStore();
      let changes = 0;
      store.onChange(() => (changes += 1));
      write('cache:\n  ttlSeconds: no\n');
      await until(() => store.lastError() !== null);
      assert.equal(store.current().cache.ttlSeconds, 1);
      assert.equal(changes, 0);
      assert.equal(
        store.lastError()?.message,
        `${configFile}:2:15: cache.ttlSeconds must be a number, not text.`,
      );
      assert.equal(logged.filter(([level]) => level === 'error').length, 1);
      assert.match(
        logged.at(-1)?.[1] ?? '',
        /refused; the last good one stays in effect\.\n.*:2:15: /,
      );
      await store.reload();
      assert.equal(logged.filter(([level]) => level === 'error').length, 1);
      write('cache: {ttlSeconds: 1}');
      await until(() => store.lastError() === null);
      assert.equal(changes, 0);
    });

    it('keeps the last good one when the file cannot be read any more', async () => {
      write('cache: {ttlSeconds: 1}');
      const store = await aStore({ watch: false });
      unlinkSync(configFile);
      mkdirSync(configFile);
      await store.reload();
      assert.equal(store.current().cache.ttlSeconds, 1);
      assert.match(store.lastError()?.message ?? '', /This is a folder/);
    });

    it('keeps object and silence when a change means nothing', async () => {
      write('cache: {ttlSeconds: 1}');
      const store = await aStore({ watch: false });
      const before = store.current();
      store.onChange(() => assert.fail('nothing changed'));
      write('# a comment\n\ncache: {ttlSeconds: 1}');
      await store.reload();
      assert.equal(store.current(), before);
      const source = store.explain().find(({ path }) => path === 'cache.ttlSeconds')?.source;
      assert.equal(source, 'config.yaml:3:9');
    });

    it('goes on when a listener throws', async () => {
      const store = await aStore({ watch: false });
      const seen: number[] = [];
      store.onChange(() => {
        throw new Error('no');
      });
      store.onChange((settings, previous) => seen.push(previous.server.port, settings.server.port));
      await store.patch({ server: { port: 1 } }, { persist: false });
      assert.deepEqual(seen, [7352, 1]);
      assert.equal(logged.at(-1)?.[0], 'error');
    });

    it('says nothing after it is closed', async () => {
      write('cache: {ttlSeconds: 1}');
      const store = await aStore();
      store.onChange(() => assert.fail('closed'));
      const closing = store.close();
      write('cache: {ttlSeconds: 2}');
      await closing;
      await delay(100);
      assert.equal(store.current().cache.ttlSeconds, 1);
      await assert.rejects(
        store.patch({}, { persist: true }),
        (error) => error instanceof RelayError && error.code === 'shutting_down',
      );
    });
  });

  describe('a change that is not saved', () => {
    it('wins over all layers and leaves the file alone', async () => {
      write('server: {port: 1}');
      const store = await aStore(
        { watch: false, useEnvironment: true },
        { RELAYCORE_SERVER__PORT: '2' },
      );
      const { settings } = await store.patch({ server: { port: 3 } }, { persist: false });
      assert.equal(settings.server.port, 3);
      assert.equal(store.current(), settings);
      assert.equal(read(), 'server: {port: 1}');
      assert.equal(store.explain().find(({ path }) => path === 'server.port')?.layer, 'runtime');
    });

    it('survives a change of the file and ends with null', async () => {
      const store = await aStore({ watch: false });
      await store.patch({ server: { port: 3 }, log: { level: 'debug' } }, { persist: false });
      write('server: {port: 1}');
      await store.reload();
      assert.equal(store.current().server.port, 3);
      await store.patch({ server: { port: null } }, { persist: false });
      assert.equal(store.current().server.port, 1);
      assert.equal(store.current().log.level, 'debug');
    });

    it('is refused as a whole where a part of it is bad', async () => {
      const store = await aStore({ watch: false });
      await assert.rejects(
        store.patch({ server: { port: 3 }, cache: { mode: 'x' } }, { persist: false }),
        (error) => {
          assert.ok(error instanceof SettingsError);
          assert.equal(
            error.message,
            'runtime change: cache.mode must be one of: deterministic, all.',
          );
          return true;
        },
      );
      assert.equal(store.current().server.port, 7352);
    });
  });

  describe('a change that is saved', () => {
    it('keeps comments and formatting', async () => {
      const text =
        '# mine\nserver:   { port: 1 }   # here\n\ncache:\n    # one minute\n    ttlSeconds: 60\n';
      write(text);
      const store = await aStore({ watch: false });
      const change = { server: { port: 2 }, cache: { ttlSeconds: 90, mode: 'all' } };
      const { settings, overridden } = await store.patch(change, { persist: true });
      assert.equal(settings.cache.ttlSeconds, 90);
      assert.deepEqual(overridden, []);
      assert.equal(
        read(),
        text
          .replace('port: 1', 'port: 2')
          .replace('ttlSeconds: 60', 'ttlSeconds: 90\n    mode: all'),
      );
    });

    it('takes out what is null', async () => {
      write('server:\n  port: 1\n  host: "::1"\n');
      const store = await aStore({ watch: false });
      await store.patch({ server: { port: null } }, { persist: true });
      assert.equal(store.current().server.port, 7352);
      assert.equal(read(), 'server:\n  host: "::1"\n');
    });

    it('begins a file for the user alone, in a folder that may be missing', async () => {
      const path = join(home, 'new', 'config.yaml');
      const store = await aStore({ configFile: path, watch: false });
      await store.patch({ log: { level: 'debug' } }, { persist: true });
      assert.match(readFileSync(path, 'utf8'), /^# .*\n\nlog:\n {2}level: debug\n$/);
      if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
    });

    it('keeps the mode of the file and the link that it is behind', async () => {
      mkdirSync(join(home, 'dotfiles'));
      const real = join(home, 'dotfiles', 'relaycore.yaml');
      writeFileSync(real, 'server: {port: 1}');
      chmodSync(real, 0o664);
      symlinkSync(real, configFile);
      const store = await aStore({ watch: false });
      await store.patch({ server: { port: 2 } }, { persist: true });
      assert.equal(readFileSync(real, 'utf8'), 'server: {port: 2}');
      assert.ok(lstatSync(configFile).isSymbolicLink());
      if (process.platform !== 'win32') assert.equal(statSync(real).mode & 0o777, 0o664);
      assert.deepEqual(readdirSync(join(home, 'dotfiles')), ['relaycore.yaml']);
    });

    it('puts nothing invalid into the file', async () => {
      write('server: {port: 1}');
      const store = await aStore({ watch: false });
      await assert.rejects(store.patch({ server: { prot: 2 } }, { persist: true }), SettingsError);
      await assert.rejects(
        store.patch({ providers: { cache: {} } }, { persist: true }),
        SettingsError,
      );
      assert.equal(read(), 'server: {port: 1}');
      assert.equal(store.current().server.port, 1);
    });

    it('does not overwrite a file with mistakes', async () => {
      write('server: {port: 1}');
      const store = await aStore({ watch: false });
      write('server: {port: 1');
      await assert.rejects(store.patch({ server: { port: 2 } }, { persist: true }), SettingsError);
      assert.equal(read(), 'server: {port: 1');
    });

    it('takes what the user has written meanwhile along', async () => {
      write('server: {port: 1}\n');
      const store = await aStore({ watch: false });
      write('server: {port: 1}\nlog: {level: warn}\n');
      await store.patch({ server: { port: 2 } }, { persist: true });
      assert.equal(read(), 'server: {port: 2}\nlog: {level: warn}\n');
      assert.equal(store.current().log.level, 'warn');
    });

    it('is made one after the other, none lost', async () => {
      const store = await aStore({ watch: false });
      const ids = Array.from({ length: 10 }, (_, index) => `lab-${index}`);
      await Promise.all(
        ids.map((id) =>
          store.patch({ providers: { [id]: { type: 'openai' } } }, { persist: true }),
        ),
      );
      assert.deepEqual(Object.keys(store.current().providers).slice(3), ids);
    });

    it('takes the place of a change that was not saved, and says what stays hidden', async () => {
      const store = await aStore(
        { watch: false, useEnvironment: true },
        { RELAYCORE_LOG__LEVEL: 'warn' },
      );
      await store.patch({ server: { port: 3 } }, { persist: false });
      const change = { server: { port: 4 }, log: { level: 'debug' } };
      const { settings, overridden } = await store.patch(change, { persist: true });
      assert.equal(settings.server.port, 4);
      assert.deepEqual(overridden, [
        { path: 'log.level', value: 'warn', layer: 'environment', source: 'RELAYCORE_LOG__LEVEL' },
      ]);
    });

    it('is announced once, though the file changes as well', async () => {
      const store = await aStore();
      let changes = 0;
      store.onChange(() => (changes += 1));
      await store.patch({ server: { port: 2 } }, { persist: true });
      await delay(150);
      assert.equal(changes, 1);
    });

    it('fails with a code where the file cannot be written, and changes nothing', async () => {
      // The temporary file beside it would have a name longer than any file system takes.
      const path = join(home, `${'x'.repeat(245)}.yaml`);
      const store = await aStore({ configFile: path, watch: false });
      await assert.rejects(
        store.patch({ server: { port: 2 } }, { persist: true }),
        (error) => error instanceof RelayError && error.code === 'storage_failed',
      );
      assert.equal(store.current().server.port, 7352);
      assert.deepEqual(readdirSync(home), []);
    });

    it('writes through a link whose target is not there yet', async () => {
      symlinkSync(join('dotfiles', 'relaycore.yaml'), configFile);
      const store = await aStore({ watch: false });
      await store.patch({ server: { port: 2 } }, { persist: true });
      assert.ok(lstatSync(configFile).isSymbolicLink());
      assert.equal((await aStore({ watch: false })).current().server.port, 2);
    });
  });
});
