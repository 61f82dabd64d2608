// Clients that read slowly, or not at all for a while: the provider is held back, memory stays bounded, others are
// served meanwhile, and every answer arrives whole in the end.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { aChatRequest, type JsonBody } from '../support/builders.ts';
import { createChatClient } from '../support/chat-client.ts';
import { aConfig } from '../support/core-config.ts';
import { healthOf, healthWhere } from '../support/health.ts';
import { rowsOf } from '../support/ledger.ts';
import {
  startMockProvider,
  type MockProvider,
  type RawBehaviour,
} from '../support/mock-provider.ts';
import { readProcessMemory, resetPeakMemory } from '../support/process-memory.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';
import { until } from '../support/until.ts';

const megabyte = 1024 * 1024;
const idleTimeoutMs = 1_000;
const pieceBytes = 100_000;
/** More than the system's own buffers between provider and client ever take up. */
const pieces = 640;
/** Loses no more than a quarter when it is packed. */
const unpackable = (): string => randomBytes((pieceBytes / 4) * 3).toString('base64');
/** Made once: putting it together takes longer than everything else. */
const longStream = aLongStream(() => 'x'.repeat(pieceBytes));
const longText = Buffer.concat(longStream);

/** Usage is asked for, so that nothing is taken out of the stream and every byte can be compared. */
const streamed = { stream: true, stream_options: { include_usage: true } };

describe('a client that reads slowly', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let token: string;
  let agent: Agent;

  before(async () => {
    mock = await startMockProvider();
    agent = new Agent({ maxSockets: Infinity });
    core = await runCore({ config: aConfig(mock.url, { upstream: { idleTimeoutMs } }) });
    token = await core.createClientToken();
    // Once around, so that what a core needs by itself is there when its memory is looked at.
    mock.respond(streamBehaviour(longStream.slice(-50)));
    await (await createChatClient(core, token)(streamed)).arrayBuffer();
  });

  after(async () => {
    agent.destroy();
    await core.dispose();
    await mock.close();
  });

  beforeEach(() => {
    mock.reset();
    resetPeakMemory(core.pid);
  });

  afterEach(async () => {
    const nothing = { requests: 0, bytes: 0, upstream: 0 };
    await healthWhere(core, ({ inFlight }) => isDeepStrictEqual(inFlight, nothing));
  });

  /** Resolves with an answer of which nothing has been read yet. */
  function open(overrides: JsonBody): Promise<IncomingMessage> {
    const body = JSON.stringify(aChatRequest(overrides));
    return new Promise((resolve, reject) => {
      const outgoing = request(`${core.url}/v1/chat/completions`, {
        method: 'POST',
        agent,
        headers: { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(body) },
      });
      outgoing.on('error', reject);
      outgoing.on('response', resolve);
      outgoing.end(body);
    });
  }

  async function readAll(response: IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
    return Buffer.concat(parts);
  }

  const sentBytes = (): number[] => mock.requests.map((each) => each.responseBody().length);

  /** What the provider has sent when it has been held back for a while. */
  async function heldBackAt(): Promise<number[]> {
    let last = sentBytes();
    const look = async (): Promise<boolean> => {
      await sleep(300);
      const now = sentBytes();
      const stands = now.every((bytes, index) => bytes > 0 && bytes === last[index]);
      last = now;
      return stands;
    };
    await until('a provider that is held back', look, 15_000);
    return last;
  }

  /** Bytes resident over what was there before. */
  function growth(before: number): number {
    return (readProcessMemory(core.pid)?.peak ?? before) - before;
  }

  const resident = (): number => readProcessMemory(core.pid)?.now ?? 0;

  for (const [what, body, behaviour] of [
    ['stream', streamed, streamBehaviour()],
    ['stream that is being cached', { ...streamed, temperature: 0 }, streamBehaviour()],
    [
      'compressed stream',
      streamed,
      { ...streamBehaviour(aLongStream(unpackable)), encoding: 'zstd' },
    ],
    ['long JSON answer', {}, { kind: 'raw', body: longText, writeBytes: 128 * 1024 }],
  ] as const) {
    it(`holds the provider of a ${what} back, and gets it whole in the end`, async () => {
      const before = resident();
      mock.respond(behaviour);
      const response = await open(body);
      assert.equal(response.statusCode, 200);
      const [sent] = await heldBackAt();
      assert.equal(mock.lastRequest().state, 'open', `${sent} bytes were sent to nobody`);
      assert.ok(growth(before) < 64 * megabyte, `${growth(before)} bytes`);
      const read = await readAll(response);
      assert.ok(read.equals(mock.lastRequest().responseBody()), 'other bytes have arrived');
      assert.equal(await mock.lastRequest().ended, 'finished');
    });
  }

  it('is not cut off for the silence that it causes itself', async () => {
    mock.respond(streamBehaviour());
    const response = await open(streamed);
    await heldBackAt();
    await sleep(idleTimeoutMs + 800);
    const read = await readAll(response);
    assert.equal(read.length, mock.lastRequest().responseBody().length);
  });

  it('costs no more than a little memory each, and keeps nobody else waiting', async () => {
    mock.respond((asked) =>
      asked.json()?.['stream'] === true ? streamBehaviour() : { kind: 'answer' },
    );
    const before = resident();
    const readers = 8;
    const responses = await Promise.all(Array.from({ length: readers }, () => open(streamed)));
    await heldBackAt();
    const startedAt = performance.now();
    const ask = createChatClient(core, token);
    for (let count = 0; count < 20; count++) assert.equal((await ask()).status, 200);
    const took = performance.now() - startedAt;
    assert.ok(took < 2_000, `${took} ms for 20 requests`);
    assert.equal((await healthOf(core)).inFlight.upstream, readers);
    assert.ok(
      growth(before) < 100 * megabyte,
      `${growth(before)} bytes for ${readers * longText.length}`,
    );
    const [first, ...others] = responses;
    for (const each of others) each.destroy();
    assert.ok(first !== undefined && (await readAll(first)).equals(longText));
  });

  it('and leaves in the middle lets the provider go at once', async () => {
    mock.respond(streamBehaviour());
    const response = await open({ ...streamed, user: 'leaver' });
    await heldBackAt();
    response.destroy();
    assert.equal(await mock.lastRequest().ended, 'aborted');
    const row = await until('the row', async () => {
      const [newest] = await rowsOf(core);
      return newest !== undefined && newest.outcome !== 'open' ? newest : null;
    });
    assert.deepEqual([row.outcome, row.isUsageEstimated], ['aborted', true]);
  });

  it('gets a stream whole that it reads in sips', async () => {
    mock.respond(streamBehaviour());
    const response = await open(streamed);
    const parts: Buffer[] = [];
    let isRested = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      if (parts.length % 50 !== 0 || isRested >= 20) continue;
      isRested += 1;
      await sleep(50);
    }
    assert.ok(Buffer.concat(parts).equals(mock.lastRequest().responseBody()));
  });
});

/** The events of a whole answer that ends with its usage. */
function aLongStream(textOf: (index: number) => string): Buffer[] {
  const event = (chunk: object): Buffer =>
    Buffer.from(`data: ${JSON.stringify({ object: 'chat.completion.chunk', ...chunk })}\n\n`);
  const piece = (content: string): Buffer =>
    event({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null });
  return [
    ...Array.from({ length: pieces }, (_, index) => piece(textOf(index))),
    event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null }),
    event({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } }),
    Buffer.from('data: [DONE]\n\n'),
  ];
}

function streamBehaviour(body: readonly Buffer[] = longStream): RawBehaviour {
  return { kind: 'raw', contentType: 'text/event-stream', body };
}
