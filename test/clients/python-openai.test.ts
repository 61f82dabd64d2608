// Python's `openai`, another HTTP client with other habits, in front of the core.
import assert from 'node:assert/strict';
import { storedKeys } from '../support/run-core.ts';
import type { Behaviour, RecordedRequest, ToolCall } from '../support/mock-provider.ts';
import { endToEndHeaders } from './end-to-end-headers.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';
import { runPython, type PythonClient } from './run-python.ts';

const greeting = 'Grüße from the mock provider: 你好, 👋🏽 and goodbye.';
const toolCalls: ToolCall[] = [
  { name: 'get_weather', input: { city: 'Köln' } },
  { name: 'get_weather', input: { city: 'Zürich "old town"' } },
];

interface PythonError {
  readonly class: string;
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string;
}

/** By the way in which was asked; null where nothing was raised. */
type Raised = Readonly<Record<'plain' | 'streamed', PythonError | null>>;

describe('Python’s openai', () => {
  let proxied: ProxiedProvider;
  let client: PythonClient;

  before(async () => {
    proxied = await startProxiedProvider();
    client = { baseUrl: `${proxied.core.url}/v1`, apiKey: proxied.token };
  });

  after(() => proxied.dispose());

  afterEach(() => proxied.assertNoTokenLeftAndReset());

  it('gets a plain completion, byte for byte, and its cost', async () => {
    const {
      content,
      total_tokens: totalTokens,
      cost_usd: cost,
      body,
      request_id: requestId,
    } = await runPython('plain', client);
    assert.deepEqual([content, totalTokens, cost], [greeting, 21, '0.0000072']);
    const request = proxied.mock.lastRequest();
    assert.equal(body, request.responseBody().toString());
    assert.equal(request.header('authorization'), `Bearer ${storedKeys.OPENAI_API_KEY}`);
    const [row] = await proxied.rowsOf([String(requestId)]);
    assert.deepEqual(
      [row?.assistant, row?.outcome, row?.costNanoUsd],
      ['openai-sdk', 'completed', 7200],
    );
  });

  it('sends with its own key what the provider would get without RelayCore', async () => {
    const apiKey = 'sk-own-key-of-the-user';
    const requestsTo = async (baseUrl: string): Promise<readonly RecordedRequest[]> => {
      proxied.mock.reset();
      proxied.mock.respond({ kind: 'answer', text: 'Hi', toolCalls });
      await runPython('tools', { baseUrl, apiKey });
      // In the streamed one RelayCore asks for usage on its behalf.
      return proxied.mock.requests.filter((request) => request.json()?.['stream'] !== true);
    };
    const direct = await requestsTo(`${proxied.mock.url}/v1`);
    const through = await requestsTo(client.baseUrl);
    assert.deepEqual([direct.length, through.length], [2, 2]);
    for (const [index, request] of through.entries()) {
      const { body, rawHeaders } = direct[index] ?? assert.fail();
      assert.ok(request.body.equals(body), 'the body differs');
      assert.deepEqual(endToEndHeaders(request.rawHeaders), endToEndHeaders(rawHeaders));
      assert.equal(request.header('authorization'), `Bearer ${apiKey}`);
    }
  });

  it('reads streams, packed or not, and sees usage only where it asks for it', async () => {
    // Where RelayCore asks for usage on its behalf, it asks for an uncompressed stream.
    proxied.mock.respond((request) => {
      const isIdentity = request.header('accept-encoding') === 'identity';
      return { kind: 'answer', chunks: 6, encoding: isIdentity ? 'identity' : 'gzip' };
    });
    const seen = await runPython('streaming', client);
    assert.equal((seen['iterated'] as string[]).join(''), greeting);
    assert.ok((seen['iterated_usages'] as string[]).every((usage) => usage === 'none'));
    assert.equal((seen['with_usage'] as string[]).join(''), greeting);
    assert.deepEqual([seen['total_tokens'], seen['final']], [21, greeting]);
    const encodings = proxied.mock.requests.map((request) => request.header('accept-encoding'));
    assert.equal(encodings.length, 3);
    assert.equal(encodings.filter((encoding) => encoding === 'identity').length, 2);
  });

  it('calls tools and sends their results back', async () => {
    const answer: Behaviour = { kind: 'answer', toolCalls };
    proxied.mock.script(answer, { kind: 'answer', text: 'Rain in both.' }, answer);
    const seen = await runPython('tools', client);
    const inputs = toolCalls.map(({ input }) => input);
    assert.deepEqual(seen, {
      finish_reason: 'tool_calls',
      inputs,
      answer: 'Rain in both.',
      streamed_inputs: inputs,
    });
    const [, second] = proxied.mock.requests;
    const { messages } = (second ?? assert.fail()).json() as {
      messages: { role: string; tool_call_id?: string }[];
    };
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'tool'],
    );
    assert.equal(messages[3]?.tool_call_id, 'call_mock_1');
  });

  it('ends the requests upstream when it leaves or loses its patience', async () => {
    proxied.mock.script(
      { kind: 'answer', chunks: 40, chunkDelayMs: 50 },
      { kind: 'silence', after: 'request' },
    );
    const { text, error } = await runPython('leaving', client);
    assert.ok(greeting.startsWith(String(text)));
    assert.equal(error, 'APITimeoutError');
    const states = await Promise.all(proxied.mock.requests.map(({ ended }) => ended));
    assert.deepEqual(states, ['aborted', 'aborted']);
  });

  it('raises its typed errors, those inside a stream too', async () => {
    const classes = [
      [400, 'BadRequestError'],
      [401, 'AuthenticationError'],
      [403, 'PermissionDeniedError'],
      [404, 'NotFoundError'],
      [422, 'UnprocessableEntityError'],
      [429, 'RateLimitError'],
      [500, 'InternalServerError'],
    ] as const;
    const headers = { 'x-should-retry': 'false' };
    for (const [status] of classes) {
      const error: Behaviour = {
        kind: 'error',
        status,
        code: 'some_code',
        message: 'So it is.',
        headers,
      };
      proxied.mock.forModel(`model-${status}`, error);
    }
    proxied.mock.forModel('model-200', { kind: 'answer', chunks: 6, errorAfterEvents: 3 });
    const models = [200, ...classes.map(([status]) => status)].map((status) => `model-${status}`);
    const seen = (await runPython('errors', client, models)) as Record<string, Raised>;
    for (const [status, name] of classes) {
      const { plain, streamed } = seen[`model-${status}`] ?? assert.fail();
      assert.deepEqual([plain?.class, plain?.status, plain?.code], [name, status, 'some_code']);
      assert.match(plain?.message ?? '', /So it is\./);
      assert.deepEqual(streamed, plain);
    }
    const { plain, streamed } = seen['model-200'] ?? assert.fail();
    assert.deepEqual([plain, streamed?.class], [null, 'APIError']);
    assert.match(streamed?.message ?? '', /server had an error/);
    assert.equal(proxied.mock.requests.length, 2 * models.length);
  });

  it('raises them for RelayCore’s own refusals, without trying again', async () => {
    const stranger = { ...client, apiKey: 'rc_c_unknown' };
    const seen = (await runPython('errors', stranger, ['gpt-4o-mini'])) as Record<string, Raised>;
    const { plain, streamed } = seen['gpt-4o-mini'] ?? assert.fail();
    assert.deepEqual(
      [plain?.class, plain?.status, plain?.code],
      ['AuthenticationError', 401, 'unauthenticated'],
    );
    assert.match(plain?.message ?? '', /relaycore token create/);
    assert.deepEqual(streamed, plain);
    assert.equal(proxied.mock.requests.length, 0);
  });

  it('repeats what failed as often and as late as it is told; the provider gets just that', async () => {
    proxied.mock.script(
      { kind: 'error', status: 500, headers: { 'retry-after-ms': '60' } },
      { kind: 'error', status: 429, retryAfterSeconds: 1 },
      { kind: 'answer' },
    );
    assert.deepEqual(await runPython('retries', client), { content: greeting });
    const { requests } = proxied.mock;
    const counts = requests.map((request) => request.header('x-stainless-retry-count'));
    assert.deepEqual(counts, ['0', '1', '2']);
    const waitedMs = (requests[2]?.receivedAtMs ?? 0) - (requests[1]?.receivedAtMs ?? 0);
    assert.ok(waitedMs >= 990 && waitedMs < 3_000, `waited ${waitedMs} ms`);
  });

  it('gets embeddings in base64, its default, and in numbers', async () => {
    const { packed, plain } = await runPython('embeddings', client);
    assert.deepEqual(packed, plain);
    const formats = proxied.mock.requests.map((request) => request.json()?.['encoding_format']);
    assert.deepEqual(formats, ['base64', 'float']);
  });

  it('lists models and retrieves one', async () => {
    const { ids, one, missing } = await runPython('models', client);
    for (const id of ['gpt-4o-mini', 'text-embedding-3-small'])
      assert.ok((ids as string[]).includes(id), id);
    assert.deepEqual([one, missing], ['gpt-4o', 'model_not_found']);
  });

  it('sends twenty requests at once, and each gets its own answer', async () => {
    proxied.mock.respond((request) => {
      const { messages } = request.json() as { messages: [{ content: string }] };
      return {
        kind: 'answer',
        text: `Echo of ${messages[0].content}`,
        headerDelayMs: 100,
        chunks: 6,
      };
    });
    const { answers } = await runPython('parallel', client);
    const expected = Array.from({ length: 20 }, (_, index) => `Echo of Question ${index}, ünïcode`);
    assert.deepEqual(answers, expected);
    assert.equal(proxied.mock.requests.length, 20);
  });

  it('cannot tell a cached answer from the provider’s own', async () => {
    const { outcomes, bodies, content, streamed } = await runPython('cached', client);
    assert.deepEqual(outcomes, ['miss', 'hit', 'hit']);
    const [first, second] = bodies as string[];
    assert.equal(first, second);
    assert.deepEqual([content, streamed], [greeting, greeting]);
    assert.equal(proxied.mock.requests.length, 1);
  });
});
