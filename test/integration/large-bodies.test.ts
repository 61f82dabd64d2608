// Bodies at and over every limit, many at a time, in a core with a small heap: each is passed on byte for byte or
// refused with a clear error, and memory stays bounded.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { aConfig } from '../support/core-config.ts';
import { healthOf } from '../support/health.ts';
import { endedRows } from '../support/ledger.ts';
import { startMockProvider, type Behaviour, type MockProvider } from '../support/mock-provider.ts';
import { readProcessMemory, resetPeakMemory } from '../support/process-memory.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';

const megabyte = 1024 * 1024;
const maxInFlightMb = 160;
/** What a core has by itself, and each byte in flight at most this often: in pieces, joined, and not yet collected. */
const maxResidentBytes = 250 * megabyte + 3 * maxInFlightMb * megabyte;

/** A chat request of so many bytes whose model stands last, so that all of it has to be gone through to find it. */
function aBody(bytes: number): Buffer {
  const head = '{"messages":[{"role":"user","content":"Grüße \\"';
  const tail = '"}],"temperature":0,"model":"gpt-4o-mini"}';
  const fill = Buffer.alloc(bytes - Buffer.byteLength(head) - tail.length, 'abcdefg ');
  return Buffer.concat([Buffer.from(head), fill, Buffer.from(tail)]);
}

interface Posted {
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: string | null;
  readonly cache: string | null;
}

describe('large bodies', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let token: string;
  let agent: Agent;
  /** An answer for which the mock need not read the request. */
  const quick: Behaviour = {
    kind: 'raw',
    contentType: 'application/json',
    body: '{"object":"chat.completion","model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}',
  };

  before(async () => {
    mock = await startMockProvider();
    // No connection is kept: a refusal has to reach also who sends a long body on one that ends with it.
    agent = new Agent({ maxSockets: Infinity });
    core = await runCore({
      config: aConfig(mock.url, { server: { maxInFlightMb } }),
      nodeArgs: ['--max-old-space-size=64'],
    });
    token = await core.createClientToken();
  });

  after(async () => {
    agent.destroy();
    await core.dispose();
    await mock.close();
  });

  beforeEach(() => {
    mock.reset();
    mock.respond(quick);
    resetPeakMemory(core.pid);
  });

  afterEach(async () => {
    assert.equal((await post(aBody(1_000))).status, 200, 'the core does not serve any more');
    const { inFlight } = await healthOf(core);
    assert.deepEqual(inFlight, { requests: 0, bytes: 0, upstream: 0 });
    const memory = readProcessMemory(core.pid);
    if (memory === null) return;
    const megabytes = Math.round(memory.peak / megabyte);
    assert.ok(memory.peak < maxResidentBytes, `${megabytes} MB were resident`);
  });

  function post(body: Buffer, headers: Record<string, string> = {}): Promise<Posted> {
    return new Promise((resolve, reject) => {
      const outgoing = request(`${core.url}/v1/chat/completions`, {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': body.length,
          ...headers,
        },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        const header = (name: string): string | null => {
          const value = response.headers[name];
          return typeof value === 'string' ? value : null;
        };
        response.resume();
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            code: header('x-relaycore-error'),
            retryAfter: header('retry-after'),
            cache: header('x-relaycore-cache'),
          }),
        );
      });
      outgoing.end(body);
    });
  }

  function postOften(
    count: number,
    body: Buffer,
    headers?: Record<string, string>,
  ): Promise<Posted[]> {
    return Promise.all(Array.from({ length: count }, () => post(body, headers)));
  }

  /** Everything is either answered, or refused for want of room with the advice to come back. */
  function assertServedOrFull(posted: readonly Posted[]): number {
    const served = posted.filter(({ status }) => status === 200);
    for (const { status, code, retryAfter } of posted) {
      if (status === 200) continue;
      assert.deepEqual([status, code, retryAfter], [503, 'queue_full', '1']);
    }
    return served.length;
  }

  function assertPassedOn(body: Buffer): void {
    for (const exchange of mock.requests) {
      assert.ok(exchange.body.equals(body), 'the provider got other bytes');
    }
  }

  it('of just the parsing limit are looked up in the cache, many at a time', async () => {
    const body = aBody(8 * megabyte);
    const posted = await postOften(16, body);
    assert.ok(posted.every(({ status }) => status === 200));
    const outcomes = posted.map(({ cache }) => cache);
    assert.ok(
      outcomes.every((cache) => cache === 'miss' || cache === 'coalesced' || cache === 'hit'),
    );
    assert.ok(mock.requests.length < 16, 'identical requests were to share an answer');
    assertPassedOn(body);
    assert.equal((await post(body)).cache, 'hit');
  });

  it('over the parsing limit pass through as they are, uncached, with their model known', async () => {
    const body = aBody(8 * megabyte + 1);
    const posted = await postOften(16, body);
    for (const each of posted) {
      assert.deepEqual([each.status, each.cache], [200, 'bypass']);
    }
    assert.equal(mock.requests.length, 16);
    assertPassedOn(body);
    const [row] = await endedRows(core, 16);
    assert.deepEqual(
      [row?.requestedModel, row?.provider, row?.outcome, row?.inputTokens],
      ['gpt-4o-mini', 'openai', 'completed', 5],
    );
  });

  it('of just the limit on bodies pass, and one byte more does not', async () => {
    const body = aBody(64 * megabyte);
    const posted = await postOften(2, body);
    assert.deepEqual(
      posted.map(({ status }) => status),
      [200, 200],
    );
    assertPassedOn(body);
    const { status, code } = await post(aBody(64 * megabyte + 1));
    assert.deepEqual([status, code], [413, 'body_too_large']);
    assert.equal(mock.requests.length, 2);
  });

  it('that are more together than may be in flight are refused, and none hangs', async () => {
    const body = aBody(30 * megabyte);
    const posted = await postOften(12, body);
    const served = assertServedOrFull(posted);
    assert.ok(served > 0 && served < 12, `${served} of 12 were served`);
    assert.equal(mock.requests.length, served);
    assertPassedOn(body);
  });

  it('count while they wait for a slow provider, and make room when it has answered', async () => {
    mock.respond({ ...quick, headerDelayMs: 700 });
    const body = aBody(30 * megabyte);
    const held = postOften(5, body);
    await mock.waitForRequests(5, 10_000);
    assert.ok((await healthOf(core)).inFlight.bytes >= 5 * body.length);
    const { status, code, retryAfter } = await post(body);
    assert.deepEqual([status, code, retryAfter], [503, 'queue_full', '1']);
    // What needs little room still gets it.
    assert.equal((await post(aBody(10_000))).status, 200);
    assert.equal(assertServedOrFull(await held), 5);
    assert.equal((await post(body)).status, 200);
  });

  it('count for what they become, when they come compressed', async () => {
    const body = aBody(60 * megabyte);
    const packed = gzipSync(body, { level: 1 });
    const posted = await postOften(30, packed, { 'content-encoding': 'gzip' });
    const served = assertServedOrFull(posted);
    assert.ok(served > 0 && served < 30, `${served} of 30 were served`);
    assertPassedOn(packed);
  });

  it('of zip bombs cost no more than what they may become', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * megabyte, ' '), { level: 1 });
    const posted = await postOften(20, bomb, { 'content-encoding': 'gzip' });
    for (const { status, code } of posted) {
      assert.ok(code === 'body_too_large' || code === 'queue_full', `${status} ${code}`);
    }
    assert.equal((await post(bomb, { 'content-encoding': 'gzip' })).code, 'body_too_large');
    assert.equal(mock.requests.length, 0);
  });

  it('that break off half-way give back what they held', async () => {
    const body = aBody(30 * megabyte);
    const half = body.subarray(0, 20 * megabyte);
    for (let round = 0; round < 2; round++) {
      const sent = Array.from({ length: 6 }, () => breakOff(core, { token, body, half }));
      await Promise.all(sent);
    }
    assert.equal((await post(body)).status, 200);
    assert.equal(mock.requests.length, 1);
  });
});

/** Announces the whole body, sends the half of it, and leaves. */
function breakOff(
  { url }: RunningCore,
  { token, body, half }: { token: string; body: Buffer; half: Buffer },
): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-length': body.length },
    });
    outgoing.on('error', () => {});
    outgoing.on('close', () => resolve());
    outgoing.write(half, () => outgoing.destroy());
  });
}
