import assert from 'node:assert/strict';
import { RelayError } from '../../domain/relay-error.ts';
import type { Transport, UpstreamHandler, UpstreamRequest } from '../../domain/upstream.ts';
import type { Forwarded } from '../../domain/answer.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import { aProvider, aRequest, aRoute, SinkSpy } from '../testing/builders.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createForward, type Forward } from './forward.ts';

/** An upstream that a test plays by hand. */
class ByHand implements Transport {
  readonly requests: UpstreamRequest[] = [];
  readonly steps: string[] = [];
  #handler: UpstreamHandler | null = null;

  get handler(): UpstreamHandler {
    assert.ok(this.#handler, 'nothing was dispatched');
    return this.#handler;
  }

  dispatch(request: UpstreamRequest, handler: UpstreamHandler): ReturnType<Transport['dispatch']> {
    this.requests.push(request);
    this.#handler = handler;
    return {
      wasSent: true,
      pause: () => void this.steps.push('pause'),
      resume: () => void this.steps.push('resume'),
      abort: () => {
        this.steps.push('abort');
        handler.onError(new Error('aborted'));
      },
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const jsonHead = [
  'Content-Type',
  'application/json',
  'Content-Length',
  '2',
  'Connection',
  'keep-alive',
];
const streamHead = ['content-type', 'text/event-stream', 'transfer-encoding', 'chunked'];
const streaming = {
  json: { model: 'gpt-4o-mini', stream: true, messages: [] },
  fields: { isStream: true },
};
const streamingWithUsage = { ...streaming, fields: { isStream: true, asksForUsage: true } };

interface Scene {
  readonly upstream: ByHand;
  readonly sink: SinkSpy;
  readonly clock: ManualClock;
  readonly forward: Forward;
  readonly tapped: string[];
  run(request?: RelayRequest): Promise<Forwarded>;
}

function aScene(): Scene {
  const upstream = new ByHand();
  const sink = new SinkSpy();
  const clock = new ManualClock();
  const tapped: string[] = [];
  const forward = createForward({
    clock,
    watchRoundMs: 1000,
    settings: () => ({ idleTimeoutMs: 10_000, pingAfterMs: 3_000, injectsUsage: true }),
    classifyError: (error, provider) =>
      new RelayError('upstream_unreachable', `${provider.id} is away`, { cause: error }),
    refusesUsageOption: (status, body) => status === 400 && body.includes('stream_options'),
  });
  const route = aRoute(aProvider({ transport: upstream }));
  return {
    upstream,
    sink,
    clock,
    forward,
    tapped,
    run: (request = aRequest()) =>
      forward.forward(request, route.candidates[0], {
        path: { sink, recorder: null, cacheKey: null },
        meter: {
          begin: () => {},
          chunk: (chunk) => void tapped.push(chunk.toString()),
          costOfWhole: () => 2_000,
        },
      }),
  };
}

describe('forwarding', () => {
  it('gives a whole answer in one piece, with its cost in the head', async () => {
    const { upstream, sink, run } = aScene();
    const done = run();
    upstream.handler.onHead(200, jsonHead);
    upstream.handler.onChunk(Buffer.from('{'));
    assert.equal(sink.hasBegun, false);
    upstream.handler.onChunk(Buffer.from('}'));
    upstream.handler.onEnd();
    assert.equal((await done).end, 'completed');
    assert.deepEqual([sink.chunks.length, sink.text, sink.ending], [1, '{}', 'end']);
    assert.equal(sink.head?.costNanoUsd, 2_000);
    assert.deepEqual(sink.head?.headers, jsonHead.slice(0, 4));
  });

  it('passes a stream chunk by chunk as it comes', async () => {
    const { upstream, sink, tapped, run } = aScene();
    const done = run(aRequest(streamingWithUsage));
    upstream.handler.onHead(200, streamHead);
    assert.equal(sink.hasBegun, true);
    upstream.handler.onChunk(Buffer.from('data: 1\n\n'));
    assert.equal(sink.text, 'data: 1\n\n');
    upstream.handler.onEnd();
    await done;
    assert.deepEqual([sink.ending, tapped], ['end', ['data: 1\n\n']]);
  });

  it('sends the stored credential and none of the client, nor what is for this hop', async () => {
    const { upstream, run } = aScene();
    const rawHeaders = [
      'Authorization',
      'Bearer rc_c_secret',
      'X-Api-Key',
      'rc_c_secret',
      'Host',
      'localhost',
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
      'X-RelayCore-Tag',
      'a=b',
      'X-Other',
      'kept',
    ];
    const done = run(
      aRequest({
        received: {
          rawHeaders,
          headers: { connection: 'keep-alive, X-Hop' },
          canonicalPath: '/v1/x?key=rc_c_secret&a=1',
        },
      }),
    );
    const [sent] = upstream.requests;
    assert.deepEqual(sent?.headers, ['X-Other', 'kept', 'authorization', 'Bearer stored']);
    assert.equal(sent?.path, '/v1/x?a=1');
    upstream.handler.onError(new Error('over'));
    await done;
  });

  it('holds the provider back while the client does not read', async () => {
    const { upstream, sink, run } = aScene();
    const done = run(aRequest(streamingWithUsage));
    sink.isFull = true;
    upstream.handler.onHead(200, streamHead);
    upstream.handler.onChunk(Buffer.from('data: 1\n\n'));
    assert.deepEqual(upstream.steps, ['pause']);
    sink.drain();
    assert.deepEqual(upstream.steps, ['pause', 'resume']);
    upstream.handler.onEnd();
    await done;
  });

  it('aborts upstream at once when the client leaves', async () => {
    const { upstream, sink, run } = aScene();
    const done = run();
    sink.leave();
    assert.deepEqual(upstream.steps, ['abort']);
    assert.deepEqual(await done.then(({ end, error }) => [end, error]), ['aborted', null]);
  });

  it('sends nothing for a client that left before', async () => {
    const { upstream, sink, run } = aScene();
    sink.leave();
    const { end, attempts } = await run();
    assert.deepEqual([end, attempts, upstream.requests.length], ['aborted', 0, 0]);
  });

  it('reports a provider that is away without beginning an answer', async () => {
    const { upstream, sink, run } = aScene();
    const done = run();
    upstream.handler.onError(new Error('ECONNREFUSED'));
    const { end, status, error } = await done;
    assert.deepEqual([end, status, error?.code], ['incomplete', 0, 'upstream_unreachable']);
    assert.equal(sink.hasBegun, false);
  });

  it('cuts the client off when the provider breaks off in mid-stream', async () => {
    const { upstream, sink, run } = aScene();
    const done = run(aRequest(streamingWithUsage));
    upstream.handler.onHead(200, streamHead);
    upstream.handler.onChunk(Buffer.from('data: 1\n\n'));
    upstream.handler.onError(new Error('ECONNRESET'));
    assert.equal((await done).end, 'incomplete');
    assert.equal(sink.ending, 'cut');
  });

  it('gives a silent provider up after the idle time-out', async () => {
    const { clock, run } = aScene();
    const done = run();
    clock.advance(12_000);
    const { error } = await done;
    assert.equal(error?.code, 'upstream_timeout');
  });

  it('does not count silence while the client holds the stream back', async () => {
    const { upstream, sink, clock, run } = aScene();
    const done = run(aRequest(streamingWithUsage));
    sink.isFull = true;
    upstream.handler.onHead(200, streamHead);
    upstream.handler.onChunk(Buffer.from('data: 1\n\n'));
    clock.advance(60_000);
    assert.deepEqual(upstream.steps, ['pause']);
    sink.drain();
    upstream.handler.onEnd();
    assert.equal((await done).end, 'completed');
  });

  it('pings a silent stream between events only, and still gives it up in time', async () => {
    const { upstream, sink, clock, run } = aScene();
    const done = run(aRequest(streamingWithUsage));
    upstream.handler.onHead(200, streamHead);
    upstream.handler.onChunk(Buffer.from('data: half'));
    clock.advance(5_000);
    assert.equal(sink.text, 'data: half');
    upstream.handler.onChunk(Buffer.from('\n\n'));
    clock.advance(9_000);
    assert.equal(sink.chunks.length, 4, 'two pings, at 4 and 8 seconds');
    assert.match(sink.chunks[2]?.toString() ?? '', /^:/);
    clock.advance(3_000);
    assert.equal((await done).error?.code, 'upstream_timeout');
  });

  it('never pings a compressed stream', async () => {
    const { upstream, sink, clock, run } = aScene();
    const done = run(aRequest(streamingWithUsage));
    upstream.handler.onHead(200, [...streamHead, 'content-encoding', 'gzip']);
    clock.advance(5_000);
    assert.equal(sink.chunks.length, 0);
    upstream.handler.onEnd();
    await done;
  });

  it('asks for usage on behalf of the client, and takes it out again', async () => {
    const { upstream, sink, tapped, run } = aScene();
    const done = run(aRequest(streaming));
    const sent = JSON.parse(upstream.requests[0]?.body?.toString() ?? '{}') as Record<
      string,
      unknown
    >;
    assert.deepEqual(sent['stream_options'], { include_usage: true });
    const extra = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n';
    upstream.handler.onHead(200, streamHead);
    upstream.handler.onChunk(
      Buffer.from(`data: {"choices":[{}],"usage":null}\n\n${extra}data: [DONE]\n\n`),
    );
    upstream.handler.onEnd();
    await done;
    assert.equal(sink.text, 'data: {"choices":[{}]}\n\ndata: [DONE]\n\n');
    assert.ok(tapped.join('').includes(extra));
  });

  it('repeats without it where the provider refuses, and remembers', async () => {
    const { upstream, sink, run } = aScene();
    const request = aRequest(streaming);
    const done = run(request);
    upstream.handler.onHead(400, jsonHead);
    upstream.handler.onChunk(Buffer.from('{"error":"unknown field stream_options"}'));
    upstream.handler.onEnd();
    await new Promise(setImmediate);
    assert.equal(upstream.requests[1]?.body, request.received.rawBody);
    upstream.handler.onHead(200, streamHead);
    upstream.handler.onEnd();
    assert.equal((await done).attempts, 2);
    assert.equal(sink.head?.status, 200);
    const again = run(request);
    assert.equal(upstream.requests[2]?.body, request.received.rawBody);
    upstream.handler.onError(new Error('over'));
    await again;
  });

  it('lets an unstreamed answer through that is kept alive with blanks', async () => {
    const { upstream, sink, clock, run } = aScene();
    const done = run();
    upstream.handler.onHead(200, ['content-type', 'application/json']);
    upstream.handler.onChunk(Buffer.from(' '));
    clock.advance(1_000);
    assert.equal(sink.text, ' ');
    upstream.handler.onEnd();
    await done;
  });

  it('watches nothing any more when all have ended', async () => {
    const { upstream, forward, run } = aScene();
    const done = run();
    assert.equal(forward.open, 1);
    upstream.handler.onError(new Error('over'));
    await done;
    assert.equal(forward.open, 0);
  });
});
