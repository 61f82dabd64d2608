// The lead goes from one process to the next, violently and gracefully, in mid-stream: the address stays, the
// ledger knows of everything, and what was cut off is closed as such.
import assert from 'node:assert/strict';
import { createChatClient } from '../support/chat-client.ts';
import { aConfig } from '../support/core-config.ts';
import { rowsOf } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import type { RunningCore } from '../support/run-core.ts';
import { until } from '../support/until.ts';
import {
  createCoreGroup,
  isFull,
  median,
  summary,
  untilServed,
  untilStandby,
  type CoreGroup,
} from './core-group.ts';

const rounds = isFull ? 20 : 2;
/** What the whole count has to reach: a client that tries again soon does not notice. */
const servedWithinMs = 500;

describe('the lead among several cores', function () {
  this.timeout(isFull ? 300_000 : 60_000);
  let mock: MockProvider;
  let group: CoreGroup;

  /** What of a stream has come is read until it ends, well or not. */
  const openStream = async (core: RunningCore, token: string): Promise<() => Promise<string>> => {
    mock.respond({ kind: 'answer', chunks: 30, chunkDelayMs: 50 });
    const response = await createChatClient(core, token)({ stream: true });
    const reader = response.body?.getReader();
    assert.ok(reader !== undefined);
    const first = await reader.read();
    mock.respond(undefined);
    return async () => {
      const decoder = new TextDecoder();
      let text = decoder.decode(first.value, { stream: true });
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += decoder.decode(value, { stream: true });
      }
    };
  };
  const ask = async (core: RunningCore, token: string): Promise<string> => {
    const response = await createChatClient(core, token)();
    assert.equal(response.status, 200);
    await response.text();
    return response.headers.get('x-relaycore-request-id') ?? '';
  };

  before(async () => {
    mock = await startMockProvider();
  });
  after(() => mock.close());
  beforeEach(() => {
    mock.reset();
    group = createCoreGroup(aConfig(mock.url));
  });
  afterEach(() => group.close());

  it('is taken by the standby when the leader is killed in mid-stream', async () => {
    let leader = await group.start();
    const token = await leader.createClientToken();
    let standby = await group.start();
    await untilStandby(standby);
    const served: number[] = [];
    const answered: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const next = await group.start();
      const id = await ask(leader, token);
      answered.push(id);
      const rest = await openStream(leader, token);
      // What is answered is written within 250 ms, on a machine that has the time.
      const writer = leader;
      await until('the rows', async () => {
        const [stream, answer] = await rowsOf(writer);
        return stream?.outcome === 'open' && answer?.requestId === id;
      });
      const reading = assert.rejects(rest());
      const dying = leader.kill9();
      served.push(await untilServed(leader.url));
      await Promise.all([dying, reading]);
      assert.equal(standby.url, leader.url);
      answered.push(await ask(standby, token));
      [leader, standby] = [standby, next];
      await untilStandby(standby);
    }
    console.log(`      served again after kill -9: ${summary(served)}`);
    const rows = await until('closed rows', async () => {
      const all = await rowsOf(leader);
      return all.every(({ outcome }) => outcome !== 'open') ? all : null;
    });
    const known = new Set(
      rows.filter(({ outcome }) => outcome === 'completed').map(({ requestId }) => requestId),
    );
    assert.deepEqual(
      answered.filter((id) => !known.has(id)),
      [],
    );
    const cut = rows.filter(({ outcome }) => outcome === 'interrupted');
    assert.equal(cut.length, rounds);
    assert.ok(cut.every(({ isUsageEstimated }) => isUsageEstimated));
    assert.equal(rows.length, answered.length + cut.length);
    if (isFull) assert.ok(median(served) < servedWithinMs);
  });

  it('is handed over by a leader that is closed, and its streams run to their end', async () => {
    let leader = await group.start();
    const token = await leader.createClientToken();
    let standby = await group.start();
    await untilStandby(standby);
    const served: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const next = await group.start();
      const rest = await openStream(leader, token);
      const stopping = leader.stop();
      const pid = standby.pid;
      await until('the successor', async () => (await healthPid(standby)) === pid);
      served.push(await untilServed(leader.url));
      await ask(standby, token);
      assert.match(await rest(), /\[DONE\]\s*$/);
      assert.deepEqual(await stopping, { code: 0, signal: null });
      [leader, standby] = [standby, next];
      await untilStandby(standby);
    }
    const rows = await until('closed rows', async () => {
      const all = await rowsOf(leader);
      return all.every(({ outcome }) => outcome !== 'open') ? all : null;
    });
    assert.equal(rows.length, 2 * rounds);
    assert.ok(
      rows.every(({ outcome, costNanoUsd }) => outcome === 'completed' && costNanoUsd !== null),
    );
  });

  async function healthPid(core: RunningCore): Promise<number> {
    const response = await fetch(`${core.url}/health`, {
      headers: { authorization: `Bearer ${core.controlToken}` },
    });
    return ((await response.json()) as { pid: number }).pid;
  }
});
