import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSettingsStore } from '../../settings/settings-store.ts';
import { createRestartNotices } from './restart-notices.ts';

describe('settings that wait for the next start', () => {
  it('are told while they differ from what is in use, and logged once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relaycore-restart-'));
    const warnings: string[] = [];
    const warn = (_fields: object, message: string): void => void warnings.push(message);
    const settings = await createSettingsStore(
      { environment: {}, logger: { info() {}, warn, error() {} } },
      { configFile: join(folder, 'config.yaml'), useEnvironment: false, watch: false },
    );
    const notices = createRestartNotices({ settings, logger: { warn } });
    const change = async (tree: Record<string, unknown>): Promise<void> =>
      void (await settings.patch(tree, { persist: false }));
    assert.deepEqual(notices(), []);
    await change({ server: { port: 7999 } });
    await change({ cache: { ttlSeconds: 60 } });
    const expected = ['server.port is changed; it takes effect at the next start.'];
    assert.deepEqual([notices(), warnings], [expected, expected]);
    await change({ server: { port: null } });
    assert.deepEqual([notices(), warnings], [[], expected]);
    await settings.close();
    await rm(folder, { recursive: true });
  });
});
