// What the SDKs send is what the provider gets, and what the provider sends is what the SDKs get: byte for byte,
// header for header, but for the closed list.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import {
  aChatRequest,
  aChatTool,
  aMessagesRequest,
  aMessagesTool,
  bytesOf,
  type JsonBody,
} from '../support/builders.ts';
import { aConfig } from '../support/core-config.ts';
import { newestRow } from '../support/ledger.ts';
import { isEncodingAvailable, type Behaviour, type Encoding } from '../support/mock-provider.ts';
import { runCore } from '../support/run-core.ts';
import { endToEndHeaders } from './end-to-end-headers.ts';
import { exchangeBytes, type ByteAnswer } from './exchange-bytes.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';
import { createRecordingFetch, type RecordingFetch, type SentRequest } from './recording-fetch.ts';

const ownKey = 'sk-own-key-of-the-user';
const withUsage = { stream: true, stream_options: { include_usage: true } } as const;
const chat = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Grüß Gott, 你好 👋🏽 \u2028' }],
};
const message = { ...chat, model: 'claude-sonnet-4-6', max_tokens: 256 };
const chatTool = aChatTool() as unknown as OpenAI.ChatCompletionTool;
const messageTool = aMessagesTool() as unknown as Anthropic.Tool;
const unknown = { a_field_of_tomorrow: { nested: [1.0, 1e-7, null, 'ü\ud83d\udc4b'] } };

const bareHeaders = [
  ...[
    'X-Mixed-Case',
    'a',
    'set-cookie',
    '__cf_bm=1; path=/',
    'Date',
    'Sat, 21 Nov 2026 00:00:00 GMT',
  ],
  ...['Set-Cookie', '_cfuvid=2; path=/; HttpOnly', 'x-mixed-case', 'b', 'x-empty', ''],
  ...[
    'x-latin',
    'ünïcode',
    'content-type',
    'Application/JSON;charset=utf-8',
    'alt-svc',
    'h3=":443"',
  ],
];

interface Clients {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
}

interface Call {
  readonly name: string;
  readonly run: (clients: Clients) => Promise<unknown>;
}

/** Gives what the SDK made of the answer. */
const calls: readonly Call[] = [
  { name: 'a chat completion', run: ({ openai }) => openai.chat.completions.create(chat) },
  {
    name: 'a streamed chat completion',
    run: ({ openai }) =>
      openai.chat.completions.stream({ ...chat, ...withUsage }).finalChatCompletion(),
  },
  {
    name: 'a chat completion with tools and unknown fields',
    run: ({ openai }) => openai.chat.completions.create({ ...chat, ...unknown, tools: [chatTool] }),
  },
  {
    name: 'embeddings',
    run: ({ openai }) =>
      openai.embeddings.create({ model: 'text-embedding-3-small', input: ['ä', 'ö'] }),
  },
  { name: 'a message', run: ({ anthropic }) => anthropic.messages.create(message) },
  {
    name: 'a streamed message',
    run: ({ anthropic }) => anthropic.messages.stream(message).finalMessage(),
  },
  {
    name: 'a message with tools and unknown fields',
    run: ({ anthropic }) =>
      anthropic.messages.create({ ...message, ...unknown, tools: [messageTool] }),
  },
  { name: 'a count of tokens', run: ({ anthropic }) => anthropic.messages.countTokens(chat) },
];

const encodings = (['identity', 'gzip', 'br', 'deflate', 'zstd'] as const).filter(
  isEncodingAvailable,
);

describe('byte equality', () => {
  let proxied: ProxiedProvider;
  let recording: RecordingFetch;

  /** Answers with the headers just as they stand here. */
  const bare = createServer((_request, response) => {
    response.writeHead(200, bareHeaders).end('{}');
  });

  before(async () => {
    await once(bare.listen(0, '127.0.0.1'), 'listening');
    const { port } = bare.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    proxied = await startProxiedProvider({
      providers: () => ({ bare: { type: 'openai-compatible', baseUrl, models: ['bare'] } }),
    });
  });

  after(async () => {
    await proxied.dispose();
    bare.close();
  });

  beforeEach(() => {
    recording = createRecordingFetch();
  });

  afterEach(() => proxied.assertNoTokenLeftAndReset());

  function clientsAt(url: string, apiKey: string): Clients {
    const { fetch } = recording;
    return {
      openai: new OpenAI({ apiKey, baseURL: `${url}/v1`, fetch, maxRetries: 0 }),
      anthropic: new Anthropic({ apiKey, baseURL: url, fetch, maxRetries: 0 }),
    };
  }

  /** The same request again, over a connection that shows the bytes of the answer. */
  function replay(sent: SentRequest, encoding: Encoding): Promise<ByteAnswer> {
    const kept = [...sent.headers].filter(([name]) => name !== 'accept-encoding');
    const headers = [...kept.flat(), 'accept-encoding', encoding, 'x-relaycore-cache', 'bypass'];
    return exchangeBytes(proxied.core.url + sent.path, {
      method: sent.method,
      headers,
      body: sent.body,
    });
  }

  function post(
    path: string,
    body: Buffer | JsonBody,
    headers: readonly string[] = [],
  ): Promise<ByteAnswer> {
    const bytes = Buffer.isBuffer(body) ? body : bytesOf(body);
    const own = ['authorization', `Bearer ${proxied.token}`, 'content-type', 'application/json'];
    return exchangeBytes(proxied.core.url + path, { headers: [...own, ...headers], body: bytes });
  }

  /** The answer of the core is the one that the mock gave, headers and all. */
  function assertSameAnswer(answer: ByteAnswer): void {
    const { response, responseBody } = proxied.mock.lastRequest();
    assert.equal(answer.status, response.status);
    assert.ok(answer.body.equals(responseBody()), 'the body differs');
    const fromProvider = endToEndHeaders(response.rawHeaders);
    assert.deepEqual(
      endToEndHeaders(answer.rawHeaders, ['date']).toSorted(),
      fromProvider.toSorted(),
    );
  }

  describe('of a request', () => {
    for (const { name, run } of calls) {
      it(`holds for ${name}`, async () => {
        await run(clientsAt(proxied.core.url, proxied.token));
        const request = proxied.mock.lastRequest();
        const sent = recording.last();
        assert.ok(request.body.equals(sent.body), 'the body differs');
        assert.deepEqual([request.method, request.path], [sent.method, sent.path]);
        for (const [header, value] of sent.headers) {
          if (header !== 'authorization') assert.equal(request.header(header), value, header);
        }
      });

      it(`holds so for ${name} with an own key that the provider sees no difference`, async () => {
        await run(clientsAt(proxied.core.url, ownKey));
        await run(clientsAt(proxied.mock.url, ownKey));
        const [through, direct] = proxied.mock.requests;
        assert.ok(through !== undefined && direct !== undefined);
        assert.ok(through.body.equals(direct.body), 'the body differs');
        assert.deepEqual([through.method, through.path], [direct.method, direct.path]);
        assert.deepEqual(endToEndHeaders(through.rawHeaders), endToEndHeaders(direct.rawHeaders));
        assert.equal(through.header('authorization'), `Bearer ${ownKey}`);
      });
    }

    it('keeps headers in their order, case and number, but for those of the hop and RelayCore’s own', async () => {
      const passed = [
        ...[
          'AUTHORIZATION',
          `Bearer ${ownKey}`,
          'X-Custom-Header',
          'One',
          'x-custom-header',
          'two',
        ],
        ...[
          'Cookie',
          'a=b; c=d',
          'traceparent',
          '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        ],
        ...['anthropic-beta', 'a, b', 'Accept-Encoding', 'gzip;q=0.5, *', 'User-Agent', 'Ünïcode?'],
        ...[
          'X-Forwarded-For',
          '10.0.0.1',
          'Content-Type',
          'application/json; charset=utf-8',
          'X-Empty',
          '',
        ],
      ].map((text) => Buffer.from(text, 'utf8').toString('latin1'));
      const taken = [
        ...[
          'Connection',
          'X-Of-This-Hop, keep-alive',
          'X-Of-This-Hop',
          'yes',
          'Keep-Alive',
          'timeout=5',
        ],
        ...[
          'TE',
          'trailers',
          'X-RelayCore-Client',
          'me',
          'x-relaycore-tag',
          'a=b',
          'X-AIHub-Cache',
          'bypass',
        ],
      ];
      await exchangeBytes(`${proxied.core.url}/v1/chat/completions?api-version=1&x=%2F`, {
        headers: [...taken, ...passed],
        body: bytesOf(aChatRequest()),
      });
      const request = proxied.mock.lastRequest();
      const ofTheHop = new Set(['host', 'connection', 'content-length']);
      const got = request.rawHeaders.flatMap((name, index) =>
        index % 2 === 1 || ofTheHop.has(name.toLowerCase())
          ? []
          : [name, request.rawHeaders[index + 1]],
      );
      assert.deepEqual(got, passed);
      assert.equal(request.header('host'), new URL(proxied.mock.url).host);
      assert.equal(request.path, '/v1/chat/completions?api-version=1&x=%2F');
    });

    it('keeps white space, escapes, numbers and repeated unknown members', async () => {
      const text = `\n{ "messages" :[ { "role":"user", "content":"\\u00fc\\ud83d\\ude00" } ],\t"model":"gpt-4o-mini",
        "seed": 12345678901234567890, "temperature": 1.0e0, "user":"a", "user":"b", "x": -0.0 }\r\n `;
      await post('/v1/chat/completions', Buffer.from(text));
      assert.equal(proxied.mock.lastRequest().body.toString(), text);
    });

    it('keeps a compressed body compressed, and one without a length whole', async () => {
      const packed = gzipSync(bytesOf(aMessagesRequest()));
      await post('/v1/messages', packed, ['content-encoding', 'gzip']);
      assert.ok(proxied.mock.lastRequest().body.equals(packed));
      assert.equal(proxied.mock.lastRequest().header('content-encoding'), 'gzip');
      const plain = bytesOf(aMessagesRequest());
      await post('/v1/messages', plain, ['transfer-encoding', 'chunked']);
      assert.ok(proxied.mock.lastRequest().body.equals(plain));
    });

    it('holds for a body that is too large to be parsed', async () => {
      const body = bytesOf(aChatRequest({ user: 'ü'.repeat(4_500_000), stream: true }));
      const answer = await post('/v1/chat/completions', body);
      assert.ok(proxied.mock.lastRequest().body.equals(body));
      assertSameAnswer(answer);
      const row = await proxied.rowOf(answer.headers);
      // Nothing was asked for on its behalf, so that its stream has no usage.
      assert.deepEqual(
        [row.requestedModel, row.outcome, row.isUsageEstimated],
        ['gpt-4o-mini', 'completed', true],
      );
    });

    it('holds for any method and bytes on paths that RelayCore does not read', async () => {
      const body = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
      const headers = [
        'authorization',
        `Bearer ${ownKey}`,
        'content-type',
        'application/octet-stream',
      ];
      const answer = await exchangeBytes(`${proxied.core.url}/v1/audio/transcriptions`, {
        headers,
        body,
      });
      assert.ok(proxied.mock.lastRequest().body.equals(body));
      assert.ok(answer.body.equals(body));
      for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
        const url = `${proxied.core.url}/v1/files/file-1?after=x`;
        assertSameAnswer(await exchangeBytes(url, { method, headers }));
        const request = proxied.mock.lastRequest();
        assert.deepEqual([request.method, request.path], [method, '/v1/files/file-1?after=x']);
      }
    });
  });

  describe('of an answer', () => {
    for (const encoding of encodings) {
      for (const { name, run } of calls) {
        it(`holds for ${name}, ${encoding === 'identity' ? 'uncompressed' : `compressed with ${encoding}`}`, async () => {
          const behaviour: Behaviour = {
            kind: 'answer',
            encoding,
            chunks: 4,
            usage: { input: 20, output: 10 },
          };
          const clients = clientsAt(proxied.core.url, proxied.token);
          proxied.mock.respond({ ...behaviour, encoding: 'identity' });
          const plain = await run(clients);
          proxied.mock.reset();
          proxied.mock.respond(behaviour);
          assert.deepEqual(await run(clients), plain, 'the SDK got something else');
          const answer = await replay(recording.last(), encoding);
          assertSameAnswer(answer);
          const isPacked = encoding !== 'identity';
          assert.equal(answer.headers.get('content-encoding'), isPacked ? encoding : null);
          assert.equal(proxied.mock.lastRequest().header('accept-encoding'), encoding);
          const row = await proxied.rowOf(answer.headers);
          if (row.endpoint === 'messages.count_tokens') return;
          const output = row.endpoint === 'embeddings' ? 0 : 10;
          assert.deepEqual(
            [row.inputTokens, row.outputTokens, row.isUsageEstimated],
            [20, output, false],
          );
        });
      }
    }

    it('holds for errors, HTML, nothing at all, and bytes that are no text', async () => {
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
      const answers: Behaviour[] = [
        {
          kind: 'error',
          status: 429,
          retryAfterSeconds: 3,
          headers: { 'x-ratelimit-reset-tokens': '6ms' },
        },
        {
          kind: 'raw',
          status: 502,
          body: '<html>ü</html>',
          headers: { server: 'cloudflare', 'cf-ray': '8' },
        },
        { kind: 'raw', status: 204, body: '' },
        {
          kind: 'raw',
          contentType: 'audio/mpeg',
          body: [bytes.subarray(0, 1000), bytes.subarray(1000)],
        },
        { kind: 'raw', contentType: 'application/json', body: bytes, framing: 'chunked' },
        {
          kind: 'raw',
          contentType: 'text/event-stream',
          body: bytes,
          headers: { 'set-cookie': 'a=b; Path=/' },
        },
        { kind: 'answer', textBytes: 3_000_000, encoding: 'gzip' },
      ];
      for (const behaviour of answers) {
        proxied.mock.script(behaviour);
        assertSameAnswer(await post('/v1/chat/completions', aChatRequest()));
        proxied.mock.script(behaviour);
        assertSameAnswer(await post('/v1/messages', aMessagesRequest({ stream: true })));
      }
    });
  });

  describe('of the headers of an answer', () => {
    it('holds for their order, case and number', async () => {
      const answer = await post('/v1/chat/completions', aChatRequest({ model: 'bare' }));
      const expected = endToEndHeaders(bareHeaders);
      assert.deepEqual(endToEndHeaders(answer.rawHeaders), expected);
    });

    it('adds RelayCore’s own behind them, once each', async () => {
      const answer = await post('/v1/chat/completions', aChatRequest({ model: 'bare' }));
      const own = [...answer.headers.keys()].filter((name) => /^x-(relaycore|aihub)-/.test(name));
      assert.deepEqual(own, [
        'x-aihub-cache-status',
        'x-relaycore-attempts',
        'x-relaycore-cache',
        'x-relaycore-model',
        'x-relaycore-provider',
        'x-relaycore-request-id',
      ]);
      for (const name of own) assert.doesNotMatch(answer.headers.get(name) ?? '', /,/);
    });
  });

  describe('with usage that the client did not ask for', () => {
    const path = '/v1/chat/completions';

    /** What the mock answers to just this request, asked directly. */
    async function directly(body: Buffer, behaviour: Behaviour): Promise<ByteAnswer> {
      proxied.mock.reset();
      proxied.mock.script(behaviour);
      const answer = await exchangeBytes(proxied.mock.url + path, { headers: [], body });
      proxied.mock.reset();
      proxied.mock.script(behaviour);
      return answer;
    }

    it('adds one member to the bytes of the SDK, and asks for an uncompressed stream', async () => {
      const { openai } = clientsAt(proxied.core.url, proxied.token);
      await openai.chat.completions.stream({ ...chat, ...unknown }).done();
      const { body, header } = proxied.mock.lastRequest();
      const added = '"stream_options":{"include_usage":true},';
      assert.equal(body.toString().replace(added, ''), recording.last().body.toString());
      assert.equal(header('accept-encoding'), 'identity');
      assert.equal(header('content-length'), String(body.length));
    });

    it('keeps the other options of the stream', async () => {
      const stream_options = { include_obfuscation: false };
      await post(path, aChatRequest({ stream: true, stream_options }));
      const options = proxied.mock.lastRequest().json()?.['stream_options'];
      assert.deepEqual(options, { include_obfuscation: false, include_usage: true });
    });

    const behaviours: readonly (readonly [string, Behaviour])[] = [
      ['a plain stream', { kind: 'answer' }],
      ['obfuscation behind the usage', { kind: 'answer', obfuscation: true }],
      ['tool calls', { kind: 'answer', toolCalls: [{ name: 'a', input: { usage: null } }] }],
      [
        'a text that speaks of usage',
        { kind: 'answer', text: '{"usage":null}, "usage": {"choices":[]}', chunks: 30 },
      ],
      [
        'CRLF and no space',
        { kind: 'answer', sse: { crlf: true, noSpace: true, leadingComment: 'hello' } },
      ],
      [
        'a last event without its blank line',
        { kind: 'answer', sse: { lastEventUnterminated: true } },
      ],
      ['writes of three bytes', { kind: 'answer', writeBytes: 3 }],
      ['one write', { kind: 'answer', writeBytes: 1_000_000 }],
      ['no usage in spite of it', { kind: 'answer', usage: 'absent' }],
      ['an error in the stream', { kind: 'answer', errorAfterEvents: 3 }],
      ['a server that refuses the option', { kind: 'answer', rejectsStreamOptions: true }],
      ['an error', { kind: 'error', status: 400 }],
    ];
    for (const [name, behaviour] of behaviours) {
      it(`gives the client what the provider sends without it: ${name}`, async () => {
        // A server that refuses is remembered by its model; the others must not be taken for it.
        const body = bytesOf(aChatRequest({ stream: true, model: `model of ${name}` }));
        const expected = await directly(body, behaviour);
        if (name.includes('refuses')) proxied.mock.respond(behaviour);
        const answer = await post(path, body);
        const { json } = proxied.mock.requests[0] ?? assert.fail();
        assert.deepEqual(json()?.['stream_options'], { include_usage: true });
        // The mock numbers its answers, and the second attempt is the next one.
        const text = answer.body.toString().replaceAll('mock-1', 'mock-0');
        assert.equal(text, expected.body.toString());
        assert.equal(answer.status, expected.status);
        assert.equal(answer.headers.get('content-type'), expected.headers.get('content-type'));
      });
    }

    it('adds nothing where the configuration forbids it', async () => {
      const config = aConfig(proxied.mock.url, { metering: { injectUsage: 'never' } });
      await using core = await runCore({ config });
      const openai = new OpenAI({
        apiKey: await core.createClientToken(),
        baseURL: `${core.url}/v1`,
        fetch: recording.fetch,
      });
      await openai.chat.completions.stream(chat).done();
      assert.ok(proxied.mock.lastRequest().body.equals(recording.last().body));
      const row = await newestRow(core);
      assert.deepEqual([row.outcome, row.isUsageEstimated], ['completed', true]);
    });

    it('unpacks a compressed request, because it has to write into it', async () => {
      const body = bytesOf(aChatRequest({ stream: true }));
      const expected = await directly(body, { kind: 'answer' });
      const answer = await post(path, gzipSync(body), ['content-encoding', 'gzip']);
      assert.ok(answer.body.equals(expected.body));
      const { header, json } = proxied.mock.lastRequest();
      assert.equal(header('content-encoding'), undefined);
      assert.deepEqual(json(), { ...aChatRequest(), ...withUsage });
    });

    it('lets a stream through that comes compressed nevertheless, event by event', async () => {
      proxied.mock.script({ kind: 'answer', encoding: 'gzip', chunks: 5, chunkDelayMs: 40 });
      const { openai } = clientsAt(proxied.core.url, proxied.token);
      const asked = openai.chat.completions.create({ ...chat, stream: true });
      const { data: stream, response } = await asked.withResponse();
      let chunks = 0;
      for await (const { id } of stream) {
        assert.equal(id, 'chatcmpl-mock-0');
        if (chunks === 0)
          assert.equal(proxied.mock.openResponses(), 1, 'the first chunk waited for the last');
        chunks += 1;
      }
      assert.ok(chunks >= 7);
      const row = await proxied.rowOf(response.headers);
      assert.deepEqual([row.inputTokens, row.outputTokens, row.isUsageEstimated], [12, 9, false]);
      proxied.mock.script({ kind: 'answer', encoding: 'gzip' });
      const answer = await replay(recording.last(), 'gzip');
      assertSameAnswer(answer);
      assert.match(gunzipSync(answer.body).toString(), /\[DONE\]/);
    });
  });
});
