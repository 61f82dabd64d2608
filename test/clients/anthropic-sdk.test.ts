// Anthropic's own client in front of the core: everything that it can do with messages, and nothing of it changed.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import type { MockUsage, ToolCall } from '../support/mock-provider.ts';
import { storedKeys } from '../support/run-core.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';

type Messages = Anthropic.MessageParam[];

const model = 'claude-sonnet-4-6';
const messages: Messages = [{ role: 'user', content: 'Say hello.' }];
const ask = { model, max_tokens: 256, messages };
const greeting = 'Grüße from the mock provider: 你好, 👋🏽 and goodbye.';
const weather: Anthropic.Tool = {
  name: 'get_weather',
  description: 'Weather of a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const toolCalls: ToolCall[] = [
  { name: 'get_weather', input: { city: 'Köln' } },
  { name: 'get_weather', input: { city: 'Zürich "old town"' } },
];

describe('the Anthropic SDK', () => {
  let proxied: ProxiedProvider;
  let client: Anthropic;

  before(async () => {
    proxied = await startProxiedProvider();
    client = clientFor(proxied.token);
  });

  after(() => proxied.dispose());

  afterEach(() => proxied.assertNoTokenLeftAndReset());

  function clientFor(apiKey: string, base = ''): Anthropic {
    return new Anthropic({ apiKey, baseURL: proxied.core.url + base, maxRetries: 0 });
  }

  it('gets a plain message, and its cost in the headers and the ledger', async () => {
    const usage: MockUsage = {
      input: 100,
      cacheRead: 2000,
      cacheWrite5m: 300,
      cacheWrite1h: 40,
      output: 50,
    };
    proxied.mock.script({ kind: 'answer', usage });
    const {
      data,
      response,
      request_id: requestId,
    } = await client.messages.create(ask).withResponse();
    assert.deepEqual(data.content, [{ type: 'text', text: greeting }]);
    assert.equal(requestId, 'req_mock_0');
    // A million costs $3 of input, $0.30 read, $3.75 and $6 written, $15 of output.
    assert.equal(response.headers.get('x-relaycore-cost-usd'), '0.003015');
    assert.equal(response.headers.get('x-relaycore-provider'), 'anthropic');
    assert.equal(response.headers.get('x-relaycore-model'), model);
    const row = await proxied.rowOf(response.headers);
    const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, outputTokens } =
      row;
    const tokens = [
      inputTokens,
      cacheReadTokens,
      cacheWrite5mTokens,
      cacheWrite1hTokens,
      outputTokens,
    ];
    assert.deepEqual(tokens, [100, 2000, 300, 40, 50]);
    assert.equal(row.costNanoUsd, 300_000 + 600_000 + 1_125_000 + 240_000 + 750_000);
    assert.deepEqual(
      [row.outcome, row.assistant, row.isStream],
      ['completed', 'anthropic-sdk', false],
    );
  });

  it('iterates over a stream, as it is sent', async () => {
    proxied.mock.script({
      kind: 'answer',
      chunks: 5,
      chunkDelayMs: 30,
      usage: { input: 100, cacheRead: 2000, output: 50 },
    });
    const asked = client.messages.create({ ...ask, stream: true });
    const { data: stream, response } = await asked.withResponse();
    const types: string[] = [];
    for await (const { type } of stream) {
      if (types.length === 0)
        assert.equal(proxied.mock.openResponses(), 1, 'the first event waited for the last');
      types.push(type);
    }
    const deltas = Array.from({ length: 5 }, () => 'content_block_delta');
    const blocks = ['content_block_start', ...deltas, 'content_block_stop'];
    assert.deepEqual(types, ['message_start', ...blocks, 'message_delta', 'message_stop']);
    const row = await proxied.rowOf(response.headers);
    assert.deepEqual(
      [row.isStream, row.inputTokens, row.cacheReadTokens, row.outputTokens],
      [true, 100, 2000, 50],
    );
    assert.deepEqual([row.costNanoUsd, row.isUsageEstimated], [300_000 + 600_000 + 750_000, false]);
  });

  it('assembles a stream with its helper', async () => {
    const stream = client.messages.stream(ask);
    const texts: string[] = [];
    stream.on('text', (text) => texts.push(text));
    const final = await stream.finalMessage();
    assert.deepEqual(final.content, [{ type: 'text', text: greeting }]);
    assert.deepEqual([final.stop_reason, final.usage.output_tokens], ['end_turn', 9]);
    assert.equal(texts.join(''), greeting);
  });

  it('calls tools and sends their results back', async () => {
    proxied.mock.script({ kind: 'answer', toolCalls }, { kind: 'answer', text: 'Rain in both.' });
    const first = await client.messages.create({ ...ask, tools: [weather] });
    assert.equal(first.stop_reason, 'tool_use');
    const calls = first.content.filter((block) => block.type === 'tool_use');
    assert.deepEqual(
      calls.map(({ input }) => input),
      toolCalls.map(({ input }) => input),
    );
    const results = calls.map(({ id }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: '12 °C, rain',
    }));
    const conversation: Messages = [
      ...messages,
      { role: 'assistant', content: first.content },
      { role: 'user', content: results },
    ];
    const second = await client.messages.create({
      ...ask,
      messages: conversation,
      tools: [weather],
    });
    assert.deepEqual(second.content, [{ type: 'text', text: 'Rain in both.' }]);
    assert.deepEqual(proxied.mock.lastRequest().json(), {
      ...ask,
      messages: conversation,
      tools: [weather],
    });
  });

  it('assembles tool calls out of a stream', async () => {
    proxied.mock.script({ kind: 'answer', toolCalls, text: 'Let me look.' });
    const final = await client.messages.stream({ ...ask, tools: [weather] }).finalMessage();
    assert.deepEqual(
      final.content.map(({ type }) => type),
      ['text', 'tool_use', 'tool_use'],
    );
    const calls = final.content.filter((block) => block.type === 'tool_use');
    assert.deepEqual(
      calls.map(({ input }) => input),
      toolCalls.map(({ input }) => input),
    );
  });

  it('hands thinking blocks and their signatures back and forth untouched', async () => {
    const thinking = 'They greet me, so I greet back; ünïcode too.';
    const params = {
      ...ask,
      max_tokens: 4096,
      thinking: { type: 'enabled' as const, budget_tokens: 2048 },
    };
    proxied.mock.respond({ kind: 'answer', thinking });
    const plain = await client.messages.create(params);
    const streamed = await client.messages.stream(params).finalMessage();
    assert.deepEqual(streamed.content, plain.content);
    const [block] = plain.content;
    assert.ok(block?.type === 'thinking');
    assert.equal(block.thinking, thinking);
    assert.equal(block.signature, Buffer.from(`signature of ${thinking}`).toString('base64'));
    const conversation: Messages = [
      ...messages,
      { role: 'assistant', content: plain.content },
      ...messages,
    ];
    await client.messages.create({ ...params, messages: conversation });
    assert.deepEqual(proxied.mock.lastRequest().json()?.['messages'], conversation);
  });

  it('sends its version and beta flags, which arrive verbatim', async () => {
    await client.messages.create(ask);
    assert.equal(proxied.mock.lastRequest().header('anthropic-version'), '2026-10-21');
    const betas = ['interleaved-thinking-2025-05-14', 'some-beta-of-tomorrow-2027-01-01'];
    const final = await client.beta.messages.stream({ ...ask, betas }).finalMessage();
    assert.equal(final.content.length, 1);
    const sent = proxied.mock.lastRequest().header('anthropic-beta') ?? '';
    for (const beta of betas) assert.ok(sent.includes(beta), beta);
    // As Claude Code asks.
    const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a-1,b-2 , c-3' };
    await client.messages.create(ask, { headers, query: { beta: 'true' } });
    const request = proxied.mock.lastRequest();
    assert.equal(request.path, '/v1/messages?beta=true');
    assert.equal(request.header('anthropic-version'), '2023-06-01');
    assert.equal(request.header('anthropic-beta'), 'a-1,b-2 , c-3');
  });

  it('counts tokens, which costs nothing', async () => {
    const { data, response } = await client.messages
      .countTokens({ model, messages })
      .withResponse();
    const body = JSON.stringify({ model, messages });
    assert.equal(data.input_tokens, Math.ceil(body.length / 4));
    assert.equal(proxied.mock.lastRequest().path, '/v1/messages/count_tokens');
    const row = await proxied.rowOf(response.headers);
    assert.deepEqual(
      [row.endpoint, row.costNanoUsd, row.outcome],
      ['messages.count_tokens', 0, 'completed'],
    );
  });

  it('lists models and retrieves one', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list({ limit: 1 })) ids.push(id);
    for (const id of ['claude-sonnet-4-6', 'claude-haiku-4-5']) assert.ok(ids.includes(id), id);
    assert.equal(new Set(ids).size, ids.length, 'a page came twice');
    assert.equal((await client.models.retrieve('claude-haiku-4-5')).id, 'claude-haiku-4-5');
    await assert.rejects(client.models.retrieve('none-such'), Anthropic.NotFoundError);
  });

  it('lists with its own key what the provider lists', async () => {
    const own = clientFor('sk-ant-api03-own-key');
    const ids = (await own.models.list()).data.map(({ id }) => id);
    assert.deepEqual(ids, ['claude-sonnet-4-6', 'claude-haiku-4-5']);
    assert.equal(
      (await own.models.retrieve('claude-haiku-4-5')).display_name,
      'Mock claude-haiku-4-5',
    );
  });

  it('ends the request upstream when a stream is aborted', async () => {
    proxied.mock.script({ kind: 'answer', chunks: 40, chunkDelayMs: 50 });
    const asked = client.messages.create({ ...ask, stream: true });
    const { data: stream, response } = await asked.withResponse();
    for await (const event of stream)
      if (event.type === 'content_block_delta') stream.controller.abort();
    assert.equal(await proxied.mock.lastRequest().ended, 'aborted');
    const row = await proxied.rowOf(response.headers);
    // What Anthropic bills for the input is known from the first event on.
    assert.deepEqual([row.outcome, row.isUsageEstimated, row.inputTokens], ['aborted', true, 12]);
  });

  it('ends the request upstream when its helper is aborted', async () => {
    proxied.mock.script({ kind: 'answer', chunks: 40, chunkDelayMs: 50 });
    const stream = client.messages.stream(ask);
    stream.on('text', () => stream.abort());
    await assert.rejects(stream.finalMessage(), Anthropic.APIUserAbortError);
    assert.equal(await proxied.mock.lastRequest().ended, 'aborted');
  });

  it('ends the request upstream when it is aborted before an answer, or out of patience', async () => {
    proxied.mock.respond({ kind: 'silence', after: 'request' });
    const leaving = new AbortController();
    const asked = client.messages.create(ask, { signal: leaving.signal });
    const refused = assert.rejects(asked, Anthropic.APIUserAbortError);
    const [request] = await proxied.mock.waitForRequests(1);
    leaving.abort();
    await refused;
    assert.equal(await request?.ended, 'aborted');
    await assert.rejects(
      client.messages.create(ask, { timeout: 150 }),
      Anthropic.APIConnectionTimeoutError,
    );
    assert.equal(await proxied.mock.lastRequest().ended, 'aborted');
    assert.equal(proxied.mock.requests.length, 2);
  });

  it('sends twenty requests at once, and each gets its own answer', async () => {
    let mostOpen = 0;
    proxied.mock.respond((request) => {
      mostOpen = Math.max(mostOpen, proxied.mock.openResponses());
      const { messages: asked } = request.json() as { messages: [{ content: string }] };
      return { kind: 'answer', text: `Echo of ${asked[0].content}`, headerDelayMs: 150, chunks: 6 };
    });
    const askOne = async (index: number): Promise<void> => {
      const content = `Question ${index}, ünïcode`;
      const params = { ...ask, messages: [{ role: 'user' as const, content }] };
      const isStream = index % 2 === 0;
      const message = isStream
        ? await client.messages.stream(params).finalMessage()
        : await client.messages.create(params);
      assert.deepEqual(message.content, [{ type: 'text', text: `Echo of ${content}` }]);
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => askOne(index)));
    assert.equal(proxied.mock.requests.length, 20);
    assert.ok(mostOpen > 10, `only ${mostOpen} at once`);
  });

  it('is known by the workspace and the provider in its base URL', async () => {
    const shop = clientFor(proxied.token, '/w/my%20shop');
    const { response } = await shop.messages.create(ask).withResponse();
    assert.equal((await proxied.rowOf(response.headers)).workspace, 'my shop');
    assert.equal(proxied.mock.lastRequest().path, '/v1/messages');
    await clientFor(proxied.token, '/v1/anthropic').messages.create(ask);
    assert.equal(proxied.mock.lastRequest().path, '/v1/messages');
  });

  it('reaches the provider with its own key or OAuth token, in the header in which it sends it', async () => {
    await clientFor('sk-ant-api03-own-key').messages.create(ask);
    const oauth = new Anthropic({
      apiKey: null,
      authToken: 'sk-ant-oat01-own-token',
      baseURL: proxied.core.url,
    });
    await oauth.messages.create(ask, { headers: { 'anthropic-beta': 'oauth-2025-04-20' } });
    await clientFor('unused').messages.create(ask, {
      headers: { authorization: null, 'x-api-key': 'sk-ant-api03-old-style' },
    });
    const seen = proxied.mock.requests.map((request) => [
      request.header('authorization'),
      request.header('x-api-key'),
    ]);
    assert.deepEqual(seen, [
      ['Bearer sk-ant-api03-own-key', undefined],
      ['Bearer sk-ant-oat01-own-token', undefined],
      [undefined, 'sk-ant-api03-old-style'],
    ]);
  });

  it('reaches the provider with the stored key alone where it has a token', async () => {
    const oldStyle = { authorization: null, 'x-api-key': proxied.token };
    const both = { 'x-api-key': proxied.token, authorization: 'Bearer sk-ant-api03-own-key' };
    for (const headers of [{}, oldStyle, both]) {
      await client.messages.create(ask, { headers });
      const request = proxied.mock.lastRequest();
      assert.equal(request.header('x-api-key'), storedKeys.ANTHROPIC_API_KEY);
      assert.equal(request.header('authorization'), undefined);
      assert.equal(
        request.rawHeaders.filter((name) => name.toLowerCase() === 'x-api-key').length,
        1,
      );
    }
  });

  it('is attributed by the session that Claude Code names', async () => {
    const headers = {
      'user-agent': 'claude-cli/3.1.0 (external, cli)',
      'x-claude-code-session-id': 'session-7',
    };
    const { response } = await client.messages.create(ask, { headers }).withResponse();
    const row = await proxied.rowOf(response.headers);
    assert.deepEqual([row.assistant, row.session], ['claude-code', 'session-7']);
    assert.equal(proxied.mock.lastRequest().header('x-claude-code-session-id'), 'session-7');
  });

  it('uses other paths of the provider, which pass through unmetered', async () => {
    const batch = {
      id: 'msgbatch_1',
      type: 'message_batch',
      processing_status: 'in_progress',
      results_url: null,
    };
    proxied.mock.script({
      kind: 'raw',
      contentType: 'application/json',
      body: JSON.stringify(batch),
    });
    const requests = [{ custom_id: 'a', params: ask }];
    const { data, response } = await client.messages.batches.create({ requests }).withResponse();
    assert.equal(data.id, batch.id);
    assert.deepEqual(proxied.mock.lastRequest().json(), { requests });
    const row = await proxied.rowOf(response.headers);
    assert.deepEqual(
      [row.dialect, row.endpoint, row.isMetered, row.costNanoUsd],
      ['anthropic', 'other', false, null],
    );
  });
});
