// OpenAI's own client in front of the core: everything that it can do with a chat, and nothing of it changed.
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';
import type { MockUsage, ToolCall } from '../support/mock-provider.ts';
import { storedKeys } from '../support/run-core.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';

type Messages = OpenAI.ChatCompletionMessageParam[];

const model = 'gpt-4o-mini';
const messages: Messages = [{ role: 'user', content: 'Say hello.' }];
const greeting = 'Grüße from the mock provider: 你好, 👋🏽 and goodbye.';
const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const toolCalls: ToolCall[] = [
  { name: 'get_weather', input: { city: 'Köln' } },
  { name: 'get_weather', input: { city: 'Zürich "old town"' } },
];

describe('the openai SDK', () => {
  let proxied: ProxiedProvider;
  let client: OpenAI;

  before(async () => {
    proxied = await startProxiedProvider({
      providers: () => ({
        lab: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', models: ['elsewhere'] },
      }),
    });
    client = clientFor(proxied.token);
  });

  after(() => proxied.dispose());

  afterEach(() => proxied.assertNoTokenLeftAndReset());

  function clientFor(apiKey: string, base = '/v1'): OpenAI {
    return new OpenAI({ apiKey, baseURL: proxied.core.url + base, maxRetries: 0 });
  }

  it('gets a plain completion, and its cost in the headers and the ledger', async () => {
    const usage: MockUsage = { input: 1000, cacheRead: 3000, output: 500, reasoning: 200 };
    proxied.mock.script({ kind: 'answer', usage });
    const asked = client.chat.completions.create({ model, messages });
    const { data, response } = await asked.withResponse();
    assert.equal(data.choices[0]?.message.content, greeting);
    assert.equal(data.usage?.prompt_tokens, 4000);
    // 1,000 at $0.15, 3,000 at $0.075 and 500 at $0.60 a million.
    assert.equal(response.headers.get('x-relaycore-cost-usd'), '0.000675');
    assert.equal(response.headers.get('x-relaycore-provider'), 'openai');
    assert.equal(response.headers.get('x-relaycore-model'), model);
    assert.equal(response.headers.get('x-relaycore-attempts'), '1');
    assert.equal(response.headers.get('x-request-id'), 'req_mock_0');
    const row = await proxied.rowOf(response.headers);
    const { inputTokens, cacheReadTokens, outputTokens, reasoningTokens, costNanoUsd } = row;
    assert.deepEqual(
      [inputTokens, cacheReadTokens, outputTokens, reasoningTokens],
      [1000, 3000, 500, 200],
    );
    assert.equal(costNanoUsd, 150_000 + 225_000 + 300_000);
    assert.equal(row.savedByPromptCacheNanoUsd, 225_000);
    assert.deepEqual(
      [row.outcome, row.assistant, row.isStream],
      ['completed', 'openai-sdk', false],
    );
  });

  it('iterates over a stream, as it is sent', async () => {
    proxied.mock.script({ kind: 'answer', chunks: 5, chunkDelayMs: 30 });
    const asked = client.chat.completions.create({ model, messages, stream: true });
    const { data: stream, response } = await asked.withResponse();
    const texts: string[] = [];
    for await (const chunk of stream) {
      if (texts.length === 0)
        assert.equal(proxied.mock.openResponses(), 1, 'the first chunk waited for the last');
      assert.ok(!('usage' in chunk), 'usage that was not asked for');
      texts.push(chunk.choices[0]?.delta.content ?? '');
    }
    assert.equal(texts.join(''), greeting);
    assert.ok(texts.length > 5);
    const row = await proxied.rowOf(response.headers);
    // 12 at $0.15 and 9 at $0.60 a million.
    assert.deepEqual(
      [row.isStream, row.inputTokens, row.outputTokens, row.costNanoUsd],
      [true, 12, 9, 7200],
    );
    assert.equal(row.isUsageEstimated, false);
  });

  it('gets usage in a stream where it asks for it', async () => {
    const stream = await client.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const usages: unknown[] = [];
    for await (const chunk of stream) usages.push(chunk.usage);
    assert.equal((usages.pop() as OpenAI.CompletionUsage).total_tokens, 21);
    assert.ok(usages.length > 5 && usages.every((usage) => usage === null));
  });

  it('assembles a stream with its helper', async () => {
    const stream = client.chat.completions.stream({ model, messages });
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    const final = await stream.finalChatCompletion();
    assert.equal(final.choices[0]?.message.content, greeting);
    assert.equal(final.choices[0]?.finish_reason, 'stop');
    assert.equal(deltas.join(''), greeting);
  });

  it('calls tools and sends their results back', async () => {
    proxied.mock.script({ kind: 'answer', toolCalls }, { kind: 'answer', text: 'Rain in both.' });
    const first = await client.chat.completions.create({ model, messages, tools: [weather] });
    assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
    const { message } = first.choices[0];
    const calls = message.tool_calls?.filter((call) => call.type === 'function') ?? [];
    assert.deepEqual(
      calls.map((call) => JSON.parse(call.function.arguments) as unknown),
      toolCalls.map(({ input }) => input),
    );
    const results: Messages = calls.map(({ id }) => ({
      role: 'tool',
      tool_call_id: id,
      content: '12 °C, rain',
    }));
    const conversation = [...messages, message, ...results];
    const second = await client.chat.completions.create({
      model,
      messages: conversation,
      tools: [weather],
    });
    assert.equal(second.choices[0]?.message.content, 'Rain in both.');
    assert.deepEqual(proxied.mock.lastRequest().json(), {
      model,
      messages: conversation,
      tools: [weather],
    });
  });

  it('assembles tool calls out of a stream', async () => {
    proxied.mock.script({ kind: 'answer', toolCalls });
    const final = await client.chat.completions
      .stream({ model, messages, tools: [weather] })
      .finalChatCompletion();
    const calls =
      final.choices[0]?.message.tool_calls?.filter((call) => call.type === 'function') ?? [];
    assert.deepEqual(
      calls.map((call) => JSON.parse(call.function.arguments) as unknown),
      toolCalls.map(({ input }) => input),
    );
    assert.deepEqual(
      calls.map(({ id }) => id),
      ['call_mock_0', 'call_mock_1'],
    );
  });

  it('runs a whole loop of tools by itself', async () => {
    proxied.mock.script({ kind: 'answer', toolCalls }, { kind: 'answer', text: 'Rain in both.' });
    const seen: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model,
      messages,
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Weather of a city.',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: (text: string) => JSON.parse(text) as { city: string },
            function: (input: { city: string }) => {
              seen.push(input);
              return 'rain';
            },
          },
        },
      ],
    });
    assert.equal(await runner.finalContent(), 'Rain in both.');
    assert.deepEqual(
      seen,
      toolCalls.map(({ input }) => input),
    );
    assert.equal(proxied.mock.requests.length, 2);
  });

  it('ends the request upstream when a stream is left', async () => {
    proxied.mock.script({ kind: 'answer', chunks: 40, chunkDelayMs: 50 });
    const asked = client.chat.completions.create({ model, messages, stream: true });
    const { data: stream, response } = await asked.withResponse();
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    assert.equal(await proxied.mock.lastRequest().ended, 'aborted');
    const row = await proxied.rowOf(response.headers);
    assert.deepEqual([row.outcome, row.isUsageEstimated], ['aborted', true]);
    assert.ok((row.costNanoUsd ?? 0) > 0);
  });

  it('ends the request upstream when it is aborted before an answer', async () => {
    proxied.mock.script({ kind: 'silence', after: 'request' });
    const leaving = new AbortController();
    const asked = client.chat.completions.create({ model, messages }, { signal: leaving.signal });
    const refused = assert.rejects(asked, OpenAI.APIUserAbortError);
    const [request] = await proxied.mock.waitForRequests(1);
    leaving.abort();
    await refused;
    assert.equal(await request?.ended, 'aborted');
  });

  it('ends the request upstream when the SDK loses its patience', async () => {
    proxied.mock.script({ kind: 'silence', after: 'request' });
    const asked = client.chat.completions.create({ model, messages }, { timeout: 150 });
    await assert.rejects(asked, OpenAI.APIConnectionTimeoutError);
    assert.equal(await proxied.mock.lastRequest().ended, 'aborted');
    assert.equal(proxied.mock.requests.length, 1);
  });

  it('gets embeddings in base64, its default, and in numbers', async () => {
    const input = ['Say hello.', 'Say goodbye.'];
    const ask = { model: 'text-embedding-3-small', input };
    const { data: packed, response } = await client.embeddings.create(ask).withResponse();
    assert.equal(proxied.mock.lastRequest().json()?.['encoding_format'], 'base64');
    const plain = await client.embeddings.create({ ...ask, encoding_format: 'float' });
    assert.equal(proxied.mock.requests.length, 2, 'one form answered for the other');
    assert.equal(packed.data.length, 2);
    for (const [index, { embedding }] of packed.data.entries()) {
      assert.deepEqual([...embedding], plain.data[index]?.embedding);
    }
    const row = await proxied.rowOf(response.headers);
    // 12 at $0.02 a million.
    assert.deepEqual([row.endpoint, row.inputTokens, row.costNanoUsd], ['embeddings', 12, 240]);
  });

  it('lists models and retrieves one', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    for (const id of ['gpt-4o-mini', 'text-embedding-3-small', 'elsewhere'])
      assert.ok(ids.includes(id), id);
    assert.equal((await client.models.retrieve('gpt-4o')).id, 'gpt-4o');
    await assert.rejects(client.models.retrieve('none/such'), OpenAI.NotFoundError);
  });

  it('lists with its own key what the provider lists', async () => {
    const own = clientFor('sk-own-key-of-the-user');
    const ids = (await own.models.list()).data.map(({ id }) => id);
    assert.deepEqual(ids, ['gpt-4o-mini', 'gpt-4o', 'text-embedding-3-small']);
    assert.equal((await own.models.retrieve('gpt-4o')).id, 'gpt-4o');
    assert.equal(
      proxied.mock.lastRequest().header('authorization'),
      'Bearer sk-own-key-of-the-user',
    );
  });

  it('sends twenty requests at once, and each gets its own answer', async () => {
    let mostOpen = 0;
    proxied.mock.respond((request) => {
      mostOpen = Math.max(mostOpen, proxied.mock.openResponses());
      const { messages: asked } = request.json() as { messages: [{ content: string }] };
      return { kind: 'answer', text: `Echo of ${asked[0].content}`, headerDelayMs: 150, chunks: 6 };
    });
    const ask = async (index: number): Promise<void> => {
      const content = `Question ${index}, ünïcode`;
      const params = { model, messages: [{ role: 'user' as const, content }] };
      const isStream = index % 2 === 0;
      const completion = isStream
        ? await client.chat.completions.stream(params).finalChatCompletion()
        : await client.chat.completions.create(params);
      assert.equal(completion.choices[0]?.message.content, `Echo of ${content}`);
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index)));
    assert.equal(proxied.mock.requests.length, 20);
    assert.ok(mostOpen > 10, `only ${mostOpen} at once`);
  });

  it('is known by the workspace and the provider in its base URL', async () => {
    const shop = clientFor(proxied.token, '/w/my%20shop/v1');
    const { response } = await shop.chat.completions.create({ model, messages }).withResponse();
    const row = await proxied.rowOf(response.headers);
    assert.equal(row.workspace, 'my shop');
    assert.equal(proxied.mock.lastRequest().path, '/v1/chat/completions');
    const pinned = clientFor(proxied.token, '/v1/openai');
    await pinned.chat.completions.create({ model: 'elsewhere', messages });
    assert.equal(proxied.mock.lastRequest().path, '/v1/chat/completions');
  });

  it('reaches the provider with its own key, never with a stored one', async () => {
    const own = clientFor('sk-proj-own-key-of-the-user');
    for (let turn = 0; turn < 2; turn += 1) {
      await own.chat.completions.create({ model, messages });
      await own.chat.completions.stream({ model, messages }).done();
    }
    const keys = proxied.mock.requests.map((request) => request.header('authorization'));
    assert.deepEqual(
      keys,
      Array.from({ length: 4 }, () => 'Bearer sk-proj-own-key-of-the-user'),
    );
    assert.ok(
      proxied.mock.requests.every(({ rawHeaders }) => !rawHeaders.join().includes('stored')),
    );
  });

  it('may name itself by a token beside its own key', async () => {
    const headers = { 'x-relaycore-token': proxied.token };
    const own = clientFor('sk-proj-own-key-of-the-user');
    const { response } = await own.chat.completions
      .create({ model, messages }, { headers })
      .withResponse();
    assert.equal(
      proxied.mock.lastRequest().header('authorization'),
      'Bearer sk-proj-own-key-of-the-user',
    );
    const { response: direct } = await client.chat.completions
      .create({ model, messages })
      .withResponse();
    const rows = await Promise.all([response, direct].map((one) => proxied.rowOf(one.headers)));
    assert.match(rows[0]?.apiKeyId ?? '', /^ct_/);
    assert.equal(rows[0]?.apiKeyId, rows[1]?.apiKeyId);
    const wrong = { 'x-relaycore-token': 'rc_c_unknown' };
    await assert.rejects(
      own.chat.completions.create({ model, messages }, { headers: wrong }),
      OpenAI.AuthenticationError,
    );
  });

  it('reaches the provider with the stored key alone where it has a token', async () => {
    const chatty = new OpenAI({
      apiKey: proxied.token,
      baseURL: `${proxied.core.url}/v1`,
      defaultHeaders: {
        'x-api-key': proxied.token,
        'x-goog-api-key': 'some-other',
        cookie: `key=${proxied.token}`,
      },
      defaultQuery: { key: proxied.token, 'api-version': '1' },
    });
    await chatty.chat.completions.create({ model, messages });
    const request = proxied.mock.lastRequest();
    assert.equal(request.header('authorization'), `Bearer ${storedKeys.OPENAI_API_KEY}`);
    assert.equal(request.path, '/v1/chat/completions?api-version=1');
    for (const name of ['x-api-key', 'x-goog-api-key', 'cookie'])
      assert.equal(request.header(name), undefined);
  });

  it('is attributed by RelayCore’s own headers, which go no further', async () => {
    const labelled = clientFor(proxied.token).withOptions({
      defaultHeaders: {
        'x-relaycore-client': 'my-agent',
        'x-relaycore-tag': 'team=a',
        'openai-project': 'p1',
      },
    });
    const { response } = await labelled.chat.completions.create({ model, messages }).withResponse();
    const row = await proxied.rowOf(response.headers);
    assert.deepEqual([row.assistant, row.tags], ['my-agent', 'team=a']);
    const request = proxied.mock.lastRequest();
    assert.equal(request.header('openai-project'), 'p1');
    assert.ok(!request.rawHeaders.some((text) => text.toLowerCase().startsWith('x-relaycore')));
  });

  it('uses other paths of the provider, which pass through unmetered', async () => {
    const id = 'file-1';
    proxied.mock.script({
      kind: 'raw',
      contentType: 'application/json',
      body: JSON.stringify({ id, object: 'file' }),
    });
    const content = Buffer.from([0, 255, 13, 10, 45, 45, 200]);
    const file = await toFile(content, 'bytes.bin');
    const asked = client.files.create({ file, purpose: 'batch' });
    const { data, response } = await asked.withResponse();
    assert.equal(data.id, id);
    const request = proxied.mock.lastRequest();
    assert.match(request.header('content-type') ?? '', /^multipart\/form-data; boundary=/);
    assert.ok(request.body.includes(content));
    const row = await proxied.rowOf(response.headers);
    assert.deepEqual([row.endpoint, row.isMetered, row.costNanoUsd], ['other', false, null]);
  });

  it('streams from paths that RelayCore does not read', async () => {
    const events = ['response.created', 'response.output_text.delta', 'response.completed'].map(
      (type) => `event: ${type}\ndata: ${JSON.stringify({ type, delta: 'Hi', usage: null })}\n\n`,
    );
    proxied.mock.script({ kind: 'raw', contentType: 'text/event-stream', body: events });
    const stream = await client.responses.create({ model, input: 'Say hello.', stream: true });
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    assert.deepEqual(types, [
      'response.created',
      'response.output_text.delta',
      'response.completed',
    ]);
    assert.equal(proxied.mock.lastRequest().path, '/v1/responses');
  });
});
