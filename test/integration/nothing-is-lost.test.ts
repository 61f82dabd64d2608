// What the ledger knows after a core was told to stop, and after it was killed: nothing is lost on a stop, at most
// the last 250 ms on `kill -9`, and what was cut off is closed as such.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestRecord, RequestsPage } from '../../proxy-core/src/contract/index.ts';
import { createChatClient, type ChatClient } from '../support/chat-client.ts';
import { aConfig } from '../support/core-config.ts';
import { logLines } from '../support/health.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

interface Answered {
  readonly requestId: string;
  readonly at: number;
}

describe('the ledger of a core', () => {
  let mock: MockProvider;
  let folder: TemporaryFolder;
  let cores: RunningCore[];

  const start = async (server: object = {}): Promise<RunningCore> => {
    const core = await runCore({ dataDir: folder.path, config: aConfig(mock.url, { server }) });
    cores.push(core);
    return core;
  };
  /** Every row by its request id. */
  const rowsAfterRestart = async (): Promise<ReadonlyMap<string, RequestRecord>> => {
    const core = await start();
    const rows = new Map<string, RequestRecord>();
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const response = await fetch(`${core.url}/v1/analytics/requests?limit=1000${query}`, {
        headers: { authorization: `Bearer ${core.controlToken}` },
      });
      const page = (await response.json()) as RequestsPage;
      for (const row of page.requests) rows.set(row.requestId, row);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return rows;
  };
  /** Asks in so many lines until the core is gone; what was answered whole. */
  const askUntilGone = async (ask: ChatClient, lines: number): Promise<Answered[]> => {
    const answered: Answered[] = [];
    const askOn = async (): Promise<void> => {
      for (;;) {
        const response = await ask().catch(() => null);
        if (response === null) return;
        assert.equal(response.status, 200);
        const text = await response.text().catch(() => null);
        if (text === null) return;
        const requestId = response.headers.get('x-relaycore-request-id') ?? '';
        answered.push({ requestId, at: Date.now() });
        await sleep(2);
      }
    };
    await Promise.all(Array.from({ length: lines }, askOn));
    return answered;
  };

  before(async () => {
    mock = await startMockProvider();
  });

  after(() => mock.close());

  beforeEach(() => {
    mock.reset();
    folder = temporaryFolder('ledger');
    cores = [];
  });

  afterEach(async () => {
    await Promise.all(cores.map((core) => core.dispose()));
    folder.remove();
  });

  it('lacks at most the last 250 ms after kill -9 under load', async () => {
    const core = await start();
    const asking = askUntilGone(createChatClient(core, await core.createClientToken()), 8);
    await sleep(1_500);
    const killedAt = Date.now();
    await core.kill9();
    const safe = (await asking).filter(({ at }) => at <= killedAt - 250);
    assert.ok(safe.length > 100, `${safe.length} requests`);
    const rows = await rowsAfterRestart();
    const lost = safe.filter(({ requestId }) => rows.get(requestId)?.outcome !== 'completed');
    assert.deepEqual(lost, []);
  });

  it('knows as interrupted what kill -9 cut off, with an estimate', async () => {
    const core = await start();
    const ask = createChatClient(core, await core.createClientToken());
    mock.respond({ kind: 'answer', chunks: 10, fault: { kind: 'stall', events: 4 } });
    const stream = await ask({ stream: true });
    const reading = assert.rejects(stream.text());
    mock.respond({ kind: 'silence', after: 'request' });
    const waiting = assert.rejects(ask());
    await mock.waitForRequests(2);
    await sleep(250);
    await core.kill9();
    await Promise.all([reading, waiting]);
    assert.deepEqual(await Promise.all(mock.requests.map(({ ended }) => ended)), [
      'aborted',
      'aborted',
    ]);
    const rows = [...(await rowsAfterRestart()).values()];
    assert.equal(rows.length, 2);
    for (const row of rows) {
      const { outcome, isUsageEstimated, endedAt, provider } = row;
      assert.deepEqual([outcome, isUsageEstimated, provider], ['interrupted', true, 'openai']);
      assert.notEqual(endedAt, null);
      assert.ok((row.inputTokens ?? 0) > 0 && (row.costNanoUsd ?? 0) > 0);
    }
    const log = logLines(cores.at(-1)?.stderr() ?? '');
    assert.ok(log.some(({ msg, rows: count }) => count === 2 && /interrupted/.test(String(msg))));
  });

  it('has every request that was answered before SIGTERM took effect', async () => {
    const core = await start();
    const asking = askUntilGone(createChatClient(core, await core.createClientToken()), 8);
    await sleep(800);
    assert.deepEqual(await core.stop(), { code: 0, signal: null });
    const answered = await asking;
    assert.ok(answered.length > 50, `${answered.length} requests`);
    const rows = await rowsAfterRestart();
    const lost = answered.filter(({ requestId }) => rows.get(requestId)?.outcome !== 'completed');
    assert.deepEqual(lost, []);
    assert.ok([...rows.values()].every(({ outcome }) => outcome !== 'interrupted'));
    assert.doesNotMatch(core.stderr(), /lost/);
  });

  it('has all streams that were drained, whole, while nobody new was let in', async () => {
    const core = await start();
    const ask = createChatClient(core, await core.createClientToken());
    mock.respond({ kind: 'answer', chunks: 12, chunkDelayMs: 100 });
    const streams = await Promise.all(Array.from({ length: 20 }, () => ask({ stream: true })));
    const reading = Promise.all(streams.map((stream) => stream.text()));
    const stopping = core.stop();
    const { hostname, port } = new URL(core.url);
    await until('a closed port', () => isRefused(hostname, Number(port)), 1_000);
    assert.ok(mock.requests.every(({ state }) => state === 'open'));
    for (const text of await reading) assert.match(text, /\[DONE\]\s*$/);
    assert.deepEqual(await stopping, { code: 0, signal: null });
    const rows = [...(await rowsAfterRestart()).values()];
    assert.equal(rows.length, 20);
    assert.ok(
      rows.every(({ outcome, costNanoUsd }) => outcome === 'completed' && costNanoUsd !== null),
    );
  });

  it('has the streams that were cut off at the end of the drain time, estimated', async () => {
    const core = await start({ drainTimeoutMs: 300 });
    const ask = createChatClient(core, await core.createClientToken());
    mock.respond({ kind: 'answer', chunks: 100, chunkDelayMs: 100 });
    const streams = await Promise.all(Array.from({ length: 5 }, () => ask({ stream: true })));
    const reading = Promise.all(streams.map((stream) => assert.rejects(stream.text())));
    assert.deepEqual(await core.stop(), { code: 0, signal: null });
    await reading;
    assert.ok(mock.requests.every(({ state }) => state === 'aborted'));
    const rows = [...(await rowsAfterRestart()).values()];
    assert.equal(rows.length, 5);
    for (const { outcome, isUsageEstimated, costNanoUsd } of rows) {
      assert.deepEqual([outcome, isUsageEstimated], ['interrupted', true]);
      assert.ok((costNanoUsd ?? 0) > 0);
    }
  });
});

function isRefused(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });
}
