import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProviderStatus } from '../../contract/control.ts';
import { aRequestRecord } from '../../control/testing/request-record.ts';
import { ManualClock } from '../../pipeline/testing/manual-clock.ts';
import { createSettingsStore, type SettingsStore } from '../../settings/settings-store.ts';
import { createBridgeEvents, type BridgeEvents } from './bridge-events.ts';

describe('what happens in the relay, as events', () => {
  const ok: ProviderStatus = { id: 'openai', status: 'ok', circuit: 'closed', latencyMs: 1 };
  let folder: string;
  let file: string;
  let settings: SettingsStore;
  let events: BridgeEvents;
  let clock: ManualClock;
  let provider: ProviderStatus;
  let notices: string[];
  const published: [string, unknown][] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relaycore-events-'));
    file = join(folder, 'config.yaml');
    settings = await createSettingsStore(
      { environment: {}, logger: { info() {}, warn() {}, error() {} } },
      { configFile: file, useEnvironment: false, watch: false },
    );
    clock = new ManualClock();
    provider = ok;
    notices = [];
    published.length = 0;
    events = createBridgeEvents({
      clock,
      settings,
      providerStatuses: () => [provider],
      notices: () => notices,
      publish: (name, body) => published.push([name, body]),
    });
  });
  afterEach(async () => {
    events.close();
    await settings.close();
    await rm(folder, { recursive: true });
  });

  it('each request that has ended', () => {
    const request = aRequestRecord();
    events.noteEnded([request, request]);
    assert.deepEqual(published, [
      ['request.completed', { request }],
      ['request.completed', { request }],
    ]);
  });

  it('a provider whose health is another, not its latency', () => {
    events.noteEnded([]);
    provider = { ...ok, latencyMs: 900 };
    events.noteEnded([]);
    assert.deepEqual(published, []);
    provider = { ...ok, status: 'down' };
    events.noteEnded([]);
    events.noteEnded([]);
    assert.deepEqual(published, [['provider.health', { provider }]]);
  });

  it('a notice, once for as long as it stands', () => {
    notices = ['The disk is full.'];
    clock.advance(3000);
    const alert = ['alert.raised', { severity: 'warning', message: 'The disk is full.' }];
    assert.deepEqual(published, [alert]);
    notices = [];
    clock.advance(1000);
    notices = ['The disk is full.'];
    clock.advance(1000);
    assert.deepEqual(published, [alert, alert]);
  });

  it('changed settings by their paths, and the mode of the cache beside them', async () => {
    await settings.patch({ log: { level: 'debug' } }, { persist: false });
    await settings.patch({ cache: { enabled: false } }, { persist: false });
    assert.deepEqual(published, [
      ['config.changed', { changed: ['log.level'], lastError: null }],
      ['config.changed', { changed: ['cache.enabled'], lastError: null }],
      ['cache.changed', { enabled: false, mode: 'deterministic', reason: 'mode', cleared: null }],
    ]);
  });

  it('a file that is refused, and that is good again', async () => {
    await writeFile(file, 'cache: { ttlSeconds: -1 }');
    await settings.reload();
    clock.advance(2000);
    await writeFile(file, '');
    await settings.reload();
    clock.advance(2000);
    const errors = published.map(([, body]) => (body as { lastError: string | null }).lastError);
    assert.equal(errors.length, 2);
    assert.match(errors[0] ?? '', /ttlSeconds/);
    assert.equal(errors[1], null);
  });

  it('nothing any more once it is closed', async () => {
    events.close();
    notices = ['late'];
    clock.advance(5000);
    await settings.patch({ log: { level: 'debug' } }, { persist: false });
    assert.deepEqual(published, []);
  });
});
