import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
import { aChatRequest, aMessagesRequest, anEmbeddingsRequest, type JsonBody } from './builders.ts';
import { isEncodingAvailable, startMockProvider, type MockProvider } from './mock-provider.ts';

describe('mock provider', function () {
  this.timeout(10_000);
  let mock: MockProvider;
  before(async () => {
    mock = await startMockProvider();
  });
  afterEach(() => mock.reset());
  after(() => mock.close());

  const post = (path: string, body: JsonBody | string, signal?: AbortSignal): Promise<Response> =>
    fetch(mock.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Odd-Case': 'kept' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  const chat = (body: JsonBody = {}, signal?: AbortSignal): Promise<Response> =>
    post('/v1/chat/completions', aChatRequest(body), signal);
  const dataOf = (text: string): string[] =>
    text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []));

  it('records the request byte for byte and the answer byte for byte', async () => {
    const body = '{ "model":"gpt-4o-mini",  "messages": [ ] , "unknown" : 1e2}';
    const response = await post('/v1/chat/completions?x=1', body);
    const received = Buffer.from(await response.arrayBuffer());
    const request = mock.lastRequest();
    assert.equal(request.path, '/v1/chat/completions?x=1');
    assert.equal(request.body.toString(), body);
    assert.equal(request.header('x-odd-case'), 'kept');
    assert.ok(request.rawHeaders.includes('content-type'));
    assert.deepEqual(received, request.responseBody());
    assert.equal(await request.ended, 'finished');
  });

  it('speaks to the official OpenAI client', async () => {
    const client = new OpenAI({ apiKey: 'x', baseURL: `${mock.url}/v1`, maxRetries: 0 });
    const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hi' }] };
    const whole = await client.chat.completions.create(ask);
    mock.script({ kind: 'answer', toolCalls: [{ name: 'f', input: { a: 'ü' } }] });
    const stream = client.chat.completions.stream({
      ...ask,
      stream_options: { include_usage: true },
    });
    const streamed = await stream.finalChatCompletion();
    const embeddings = await client.embeddings.create({ model: 'm', input: ['a', 'b'] });
    assert.match(whole.choices[0]?.message.content ?? '', /Grüße/);
    assert.equal(streamed.usage?.total_tokens, 21);
    const call = streamed.choices[0]?.message.tool_calls?.[0];
    assert.deepEqual(call?.type === 'function' && call.function.arguments, '{"a":"ü"}');
    assert.deepEqual(
      embeddings.data.map((one) => one.embedding.length),
      [8, 8],
    );
    assert.equal((await client.models.list()).data.length, 3);
  });

  it('speaks to the official Anthropic client', async () => {
    const client = new Anthropic({ apiKey: 'x', baseURL: mock.url, maxRetries: 0 });
    const ask = {
      model: 'claude-sonnet-4-6',
      max_tokens: 9,
      messages: [{ role: 'user' as const, content: 'Hi' }],
    };
    const usage = { input: 5, cacheRead: 100, cacheWrite5m: 7, output: 3 };
    mock.script({
      kind: 'answer',
      thinking: 'Hm.',
      toolCalls: [{ name: 'f', input: { a: 1 } }],
      usage,
    });
    const streamed = await client.messages.stream(ask).finalMessage();
    assert.deepEqual(
      streamed.content.map((block) => block.type),
      ['thinking', 'tool_use'],
    );
    assert.equal(streamed.usage.cache_read_input_tokens, 100);
    assert.equal(streamed.stop_reason, 'tool_use');
    assert.equal((await client.messages.create(ask)).content[0]?.type, 'text');
    const counted = await client.messages.countTokens({ model: ask.model, messages: ask.messages });
    assert.ok(counted.input_tokens > 0);
    assert.equal((await client.models.list()).data[0]?.id, 'claude-sonnet-4-6');
  });

  it('adds the usage chunk and null usages only when include_usage is asked for', async () => {
    const silent = await (await chat({ stream: true })).text();
    const asked = await (
      await chat({ stream: true, stream_options: { include_usage: true } })
    ).text();
    const chunks = dataOf(asked)
      .slice(0, -1)
      .map((data) => JSON.parse(data) as JsonBody);
    assert.doesNotMatch(silent, /usage/);
    assert.deepEqual(chunks.at(-1)?.['choices'], []);
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk['usage'] === null));
  });

  it('can reject stream_options', async () => {
    mock.respond({ kind: 'answer', rejectsStreamOptions: true });
    assert.equal(
      (await chat({ stream: true, stream_options: { include_usage: true } })).status,
      400,
    );
    assert.equal((await chat({ stream: true })).status, 200);
  });

  it('gives base64 embeddings of the same numbers as the floats', async () => {
    const plain = await (await post('/v1/embeddings', anEmbeddingsRequest())).json();
    const packed = await (
      await post('/v1/embeddings', anEmbeddingsRequest({ encoding_format: 'base64' }))
    ).json();
    const vector = (answer: unknown): unknown =>
      (answer as { data: [{ embedding: unknown }] }).data[0].embedding;
    const bytes = Uint8Array.from(Buffer.from(vector(packed) as string, 'base64'));
    assert.deepEqual([...new Float32Array(bytes.buffer)], vector(plain));
  });

  it('compresses answers and streams', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd'] as const) {
      if (!isEncodingAvailable(encoding)) continue;
      mock.script({ kind: 'answer', encoding }, { kind: 'answer', encoding });
      const whole = await (await chat()).text();
      const stream = await (await chat({ stream: true })).text();
      assert.match(whole, /Grüße/, encoding);
      assert.match(stream, /\[DONE\]/, encoding);
    }
    const [json] = mock.requests;
    assert.match(gunzipSync(json?.responseBody() ?? Buffer.alloc(0)).toString(), /Grüße/);
    const last = mock.lastRequest();
    assert.match(zstdDecompressSync(last.responseBody()).toString(), /\[DONE\]/);
    assert.ok(last.response.chunks.length > 5);
  });

  it('serves the queue first, then the model, then a scenario by name', async () => {
    mock.script({ kind: 'error', status: 429, retryAfterSeconds: 7 });
    mock.forModel('special', () => ({ kind: 'error', status: 500 }));
    const first = await chat({ model: 'special' });
    assert.equal(first.status, 429);
    assert.equal(first.headers.get('retry-after'), '7');
    assert.equal((await chat({ model: 'special' })).status, 500);
    assert.equal((await chat({ model: 'gpt-4o-mini-mock-529' })).status, 529);
    assert.match(await (await chat({ model: 'mock-html' })).text(), /<html>/);
  });

  it('cuts a stream inside an event', async () => {
    mock.script({ kind: 'answer', fault: { kind: 'cut', events: 2, bytes: 10 } });
    await assert.rejects((await chat({ stream: true })).text());
    const request = mock.lastRequest();
    assert.equal(await request.ended, 'cut');
    assert.equal(request.response.chunks.length, 3);
    assert.equal(request.response.chunks[2]?.length, 10);
  });

  it('ends a stream early in valid framing', async () => {
    mock.script({ kind: 'answer', fault: { kind: 'end', events: 2, bytes: 10 } });
    assert.doesNotMatch(await (await chat({ stream: true })).text(), /DONE/);
  });

  it('cuts JSON and resets connections', async () => {
    mock.script({ kind: 'answer', fault: { kind: 'cut', bytes: 20 } }, { kind: 'reset' });
    await assert.rejects((await chat()).text());
    await assert.rejects(chat());
  });

  it('stalls, counts what is open, and notices when the client leaves', async () => {
    mock.script({ kind: 'silence', after: 'request' }, { kind: 'silence', after: 'headers' });
    const leave = new AbortController();
    const silent = chat({}, leave.signal);
    silent.catch(() => undefined);
    await mock.waitForRequests(1);
    const stalled = await chat({ stream: true }, leave.signal);
    assert.equal(stalled.status, 200);
    assert.equal(mock.openResponses(), 2);
    leave.abort();
    await Promise.all(mock.requests.map((request) => request.ended));
    assert.equal(mock.openResponses(), 0);
    assert.equal(mock.aborted().length, 2);
  });

  it('goes on after an abort when told to ignore it', async () => {
    mock.script({ kind: 'answer', chunks: 10, chunkDelayMs: 3, ignoresAbort: true });
    const leave = new AbortController();
    const response = await chat({ stream: true }, leave.signal);
    leave.abort();
    await assert.rejects(response.text());
    const request = mock.lastRequest();
    assert.equal(await request.ended, 'aborted');
    const sofar = request.response.chunks.length;
    await delay(60);
    assert.ok(request.response.chunks.length > sofar);
  });

  it('sends an error event after a 200 in both dialects', async () => {
    mock.respond({ kind: 'answer', errorAfterEvents: 2 });
    const openai = dataOf(await (await chat({ stream: true })).text());
    const anthropic = await (await post('/v1/messages', aMessagesRequest({ stream: true }))).text();
    assert.match(openai[2] ?? '', /^{"error":/);
    assert.match(anthropic, /event: error\ndata: {"type":"error"/);
  });

  it('waits for a slow reader instead of holding a large body', async () => {
    mock.script({ kind: 'answer', textBytes: 8_000_000, chunks: 200 });
    const response = await chat({ stream: true });
    await delay(50);
    assert.equal(mock.openResponses(), 1);
    const text = await response.text();
    assert.ok(Buffer.byteLength(text) > 8_000_000);
  });

  it('echoes any other path', async () => {
    const response = await post('/v1/files?purpose=batch', 'any bytes');
    assert.equal(response.headers.get('x-mock-echo'), 'POST /v1/files?purpose=batch');
    assert.equal(await response.text(), 'any bytes');
  });
});
