// config.yaml with mistakes, at the start and under a running core, and changes of it that take effect at once
// without touching what runs.
import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createChatClient, type ChatClient } from '../support/chat-client.ts';
import type { JsonBody } from '../support/builders.ts';
import { aConfig, writeConfig } from '../support/core-config.ts';
import { healthOf, healthWithNotice, healthyAgain, logLines } from '../support/health.ts';
import { rowsOf } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, runRelaycore, type RunningCore } from '../support/run-core.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** The promise of the documentation. */
const changeTimeoutMs = 1_000;

describe('a bad config.yaml at the start', () => {
  let folder: TemporaryFolder;
  let file: string;

  const serve = async (text: string | Buffer): Promise<string> => {
    writeFileSync(file, text);
    const args = ['serve', '--port', '0', '--data-dir', folder.path, '--config', file];
    const { code, stdout, stderr } = await runRelaycore(args);
    assert.deepEqual([code, stdout], [1, '']);
    return stderr;
  };

  beforeEach(() => {
    folder = temporaryFolder('bad-config');
    file = join(folder.path, 'config.yaml');
  });

  afterEach(() => folder.remove());

  it('is refused with line and column of every mistake at once', async () => {
    const stderr = await serve(
      'sever:\n  port: 1\ncache:\n  ttlSeconds: -1\nlog: { level: loud }\n',
    );
    const places = [...stderr.matchAll(/config\.yaml:(\d+:\d+): ([\w.]+)/g)];
    assert.deepEqual(
      places.map(([, place, setting]) => [place, setting]),
      [
        ['1:1', 'sever'],
        ['4:15', 'cache.ttlSeconds'],
        ['5:15', 'log.level'],
      ],
    );
    assert.match(stderr, /did you mean server\?/);
    assert.doesNotMatch(stderr, /\n\s+at /, 'a stack tells the user nothing');
  });

  it('is refused where it is no YAML, with the place', async () => {
    assert.match(await serve('server:\n  port: 1\n\tx: 2\n'), /config\.yaml:3:1: Tabs/);
    assert.match(await serve(Buffer.from([0xff, 0xfe, 0x00])), /config\.yaml:? .*UTF-8/);
    assert.match(await serve('a: 1\na: 2\n'), /config\.yaml:2:1: /);
  });

  it('never shows a key that stands where it should not', async () => {
    const key = 'sk-live-canary-1234567890123456789012345678';
    const stderr = await serve(`providers:\n  openai:\n    apiKey: ${key}\n    ${key}: 1\n`);
    assert.match(stderr, /config\.yaml:3:13: .*apiKey: \{env: OPENAI_API_KEY\}/);
    assert.ok(!stderr.includes('canary'), stderr);
  });

  it('leaves nothing behind that would be in the way of the next start', async () => {
    await serve('server: 7\n');
    assert.ok(!existsSync(join(folder.path, 'instance.json')));
    const core = await runCore({ dataDir: folder.path, config: {} });
    assert.equal((await healthOf(core)).status, 'ok');
    await core.dispose();
  });
});

describe('a config.yaml that changes', () => {
  let mock: MockProvider;
  let other: MockProvider;
  let core: RunningCore;
  let ask: ChatClient;
  let logged: number;
  let firstConfig: unknown;

  /** What the log has had since the test began. */
  const log = (): string => core.stderr().slice(logged);
  const answers = async (): Promise<boolean> => {
    const response = await ask();
    return response.ok && (await response.text()).includes('chat.completion');
  };
  /** As it is in effect, and what is wrong with the file. */
  const currentConfig = async (): Promise<unknown> => {
    const response = await fetch(`${core.url}/v1/config`, {
      headers: { authorization: `Bearer ${core.controlToken}` },
    });
    return response.json();
  };
  const change = (config: JsonBody): void => void writeConfig(core.dataDir, config);
  const cached = async (seed: number): Promise<string | null> => {
    const response = await ask({ temperature: 0, seed });
    await response.text();
    return response.headers.get('x-relaycore-cache');
  };

  before(async () => {
    [mock, other] = await Promise.all([startMockProvider(), startMockProvider()]);
    core = await runCore({ config: aConfig(mock.url) });
    ask = createChatClient(core, await core.createClientToken());
    firstConfig = await currentConfig();
  });

  after(async () => {
    await core.dispose();
    await Promise.all([mock.close(), other.close()]);
  });

  beforeEach(async () => {
    change(aConfig(mock.url));
    await until('the first configuration', async () =>
      isDeepStrictEqual(await currentConfig(), firstConfig),
    );
    for (const each of [mock, other]) each.reset();
    logged = core.stderr().length;
  });

  it('keeps the last good one while it is bad, says where, and recovers', async () => {
    writeFileSync(core.configPath, `${JSON.stringify(aConfig(mock.url))}\ncache: {`);
    const { status, notices } = await healthWithNotice(core, /config\.yaml:2:\d+/, 2_000);
    assert.equal(status, 'degraded');
    assert.match(notices.join(), /The configuration is not in effect/);
    assert.ok(await answers());
    const refusals = (): JsonBody[] =>
      logLines(log()).filter(({ msg }) => /is refused/.test(String(msg)));
    await sleep(1_600);
    assert.equal(refusals().length, 1, 'a mistake is news only once');
    assert.match(String(refusals()[0]?.['msg']), /last good one stays in effect\.\n.*:2:\d+/);
    const explain = await runRelaycore(['config', 'check', '--data-dir', core.dataDir]);
    assert.equal(explain.code, 1);
    change(aConfig(mock.url, { cache: { ttlSeconds: 60 } }));
    await healthyAgain(core);
    assert.match(log(), /is in effect again/);
    assert.ok(await answers());
  });

  it('keeps it also when the file is gone for a moment, as editors do it', async () => {
    const aside = `${core.configPath}~`;
    renameSync(core.configPath, aside);
    await sleep(50);
    renameSync(aside, core.configPath);
    await sleep(1_000);
    assert.ok(await answers());
    assert.equal(mock.requests.length, 1);
    assert.doesNotMatch(log(), /settings have changed/);
  });

  it('falls back to the defaults when the file is gone for good', async () => {
    rmSync(core.configPath);
    await until('the default providers', () => /The settings have changed/.test(log()), 2_000);
    assert.equal((await healthOf(core)).status, 'ok');
  });

  it('leads new requests elsewhere within a second, and ends the old stream whole', async () => {
    mock.respond({ kind: 'answer', chunks: 30, chunkDelayMs: 80 });
    // With usage asked for nothing is taken out of the stream, so that every byte can be compared.
    const whole = { stream: true, stream_options: { include_usage: true } };
    const stream = await ask(whole);
    const reading = stream.arrayBuffer();
    await mock.waitForRequests(1);
    change(aConfig(other.url));
    const since = performance.now();
    await until('an answer of the other provider', async () => {
      mock.respond({ kind: 'answer' });
      await answers();
      return other.requests.length > 0;
    });
    const took = performance.now() - since;
    assert.ok(took < changeTimeoutMs, `${took} ms`);
    assert.equal(mock.requests[0]?.state, 'open', 'the stream was to run on meanwhile');
    assert.deepEqual(Buffer.from(await reading), mock.requests[0]?.responseBody());
    assert.equal(await mock.requests[0]?.ended, 'finished');
    const row = await until('the row of the stream', async () =>
      (await rowsOf(core)).find(({ isStream, outcome }) => isStream && outcome !== 'open'),
    );
    assert.deepEqual([row.outcome, row.isUsageEstimated], ['completed', false]);
  });

  it('changes the cache under a running stream', async () => {
    assert.deepEqual([await cached(1), await cached(1)], ['miss', 'hit']);
    mock.script({ kind: 'answer', chunks: 20, chunkDelayMs: 80 });
    const stream = await ask({ stream: true, temperature: 0, seed: 2 });
    const reading = stream.text();
    await mock.waitForRequests(2);
    change(aConfig(mock.url, { cache: { enabled: false } }));
    await until('a cache that is off', async () => (await cached(1)) === 'bypass');
    assert.equal(mock.requests[1]?.state, 'open');
    assert.match(await reading, /\[DONE\]\s*$/);
    change(aConfig(mock.url, { cache: { enabled: true } }));
    await until('a cache that is on', async () => (await cached(1)) === 'hit');
  });

  it('takes up a smaller body limit and another level of the log without a restart', async () => {
    change(aConfig(mock.url, { server: { bodyLimitMb: 0.01 }, log: { level: 'error' } }));
    const large = { user: 'x'.repeat(20_000) };
    await until('a refusal', async () => (await ask(large)).status === 413);
    assert.ok(await answers());
  });

  it('says what waits for the next start, and what does nothing yet', async () => {
    change(
      aConfig(mock.url, {
        server: { host: 'localhost' },
        budgets: [{ period: 'day', limitUsd: 1 }],
        cache: { semantic: { enabled: true } },
      }),
    );
    const { notices } = await healthWithNotice(core, /server\.host is changed; .* next start/);
    assert.match(notices.join('\n'), /budgets are not enforced yet/);
    assert.match(notices.join('\n'), /cache\.semantic is not there yet/);
    const messages = logLines(log()).map(({ msg }) => msg);
    for (const notice of notices) {
      assert.equal(messages.filter((message) => message === notice).length, 1, notice);
    }
    change(aConfig(mock.url));
    await healthyAgain(core);
  });

  it('survives a storm of changes, of which the last one holds', async () => {
    const asking = (async () => {
      for (let count = 0; count < 60; count++) assert.ok(await answers());
    })();
    for (let count = 0; count < 40; count++) {
      const target = count % 2 === 0 ? other : mock;
      if (count % 5 === 4) writeFileSync(core.configPath, 'cache: {');
      else change(aConfig(target.url, { cache: { ttlSeconds: 100 + count } }));
      await sleep(20);
    }
    change(aConfig(other.url));
    await asking;
    await until('the last configuration', async () => {
      const before = other.requests.length;
      return (await answers()) && other.requests.length > before;
    });
    await healthyAgain(core);
    assert.equal((await healthOf(core)).inFlight.requests, 0);
  });
});
