// What must hold for any answer and any request, through the running core: however a provider cuts its bytes, the
// client gets them and the ledger reads the same; and what nobody knows yet passes.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aChatRequest, aMessagesRequest, bytesOf, type JsonBody } from '../support/builders.ts';
import type { AnswerBehaviour, Behaviour, Encoding, MockUsage } from '../support/mock-provider.ts';
import { exchangeBytes, type ByteAnswer } from './exchange-bytes.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';

const numRuns = 40;

const counts = fc.record({
  input: fc.nat(100_000),
  cacheRead: fc.nat(100_000),
  output: fc.nat(100_000),
});

const encoding = fc.constantFrom<Encoding>('identity', 'gzip', 'br', 'deflate');

/** Any stream that a provider may send, cut anywhere. */
const streamed: fc.Arbitrary<AnswerBehaviour & { readonly usage: MockUsage }> = fc.record({
  kind: fc.constant('answer' as const),
  text: fc.string({ unit: 'grapheme', maxLength: 60 }),
  chunks: fc.integer({ min: 1, max: 8 }),
  usage: counts,
  writeBytes: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 5_000 })),
  obfuscation: fc.boolean(),
  sse: fc.record({
    crlf: fc.boolean(),
    noSpace: fc.boolean(),
    lastEventUnterminated: fc.boolean(),
  }),
  toolCalls: fc.array(
    fc.record({ name: fc.constant('f'), input: fc.dictionary(fc.string(), fc.json()) }),
    { maxLength: 1 },
  ),
});

/** Members of a JSON object that no provider has today. */
const unknownMembers = fc.dictionary(
  fc.string({ maxLength: 8 }).map((name) => `x_${name}`),
  fc.jsonValue({ maxDepth: 3 }),
  { maxKeys: 4, noNullPrototype: true },
);

/** JSON as people and programs write it. */
const spacing = fc.constantFrom(0, 1, '\t', '  ');

describe('any bytes', () => {
  let proxied: ProxiedProvider;
  /** What the rows of the answered requests must say; read at the end, because rows travel in batches. */
  let expectedRows: Map<string, MockUsage>;

  before(async () => {
    proxied = await startProxiedProvider();
  });

  after(() => proxied.dispose());

  beforeEach(() => {
    expectedRows = new Map();
  });

  afterEach(() => proxied.assertNoTokenLeftAndReset());

  function scripted(behaviour: Behaviour): void {
    proxied.assertNoTokenLeftAndReset();
    proxied.mock.respond(behaviour);
  }

  function post(path: string, body: Buffer, headers: readonly string[] = []): Promise<ByteAnswer> {
    const own = ['x-api-key', proxied.token, 'x-relaycore-cache', 'bypass'];
    return exchangeBytes(proxied.core.url + path, { headers: [...own, ...headers], body });
  }

  function expectRow(answer: ByteAnswer, usage: MockUsage): void {
    expectedRows.set(answer.headers.get('x-relaycore-request-id') ?? '', usage);
  }

  async function assertRows(): Promise<void> {
    assert.ok(expectedRows.size >= numRuns);
    for (const row of await proxied.rowsOf([...expectedRows.keys()])) {
      const { input, cacheRead, output } = expectedRows.get(row.requestId) ?? {};
      assert.deepEqual([row.outcome, row.isUsageEstimated], ['completed', false]);
      assert.deepEqual(
        [row.inputTokens, row.cacheReadTokens, row.outputTokens],
        [input, cacheRead, output],
      );
    }
  }

  it('of a message’s stream come as they are, and are metered', async () => {
    await fc.assert(
      fc.asyncProperty(streamed, encoding, async (answered, packedIn) => {
        const behaviour = { ...answered, encoding: packedIn };
        scripted(behaviour);
        const answer = await post('/v1/messages', bytesOf(aMessagesRequest({ stream: true })));
        assert.ok(answer.body.equals(proxied.mock.lastRequest().responseBody()));
        expectRow(answer, answered.usage);
      }),
      { numRuns },
    );
    await assertRows();
  });

  it('of a chat’s stream come as they are, and are metered', async () => {
    const stream_options = { include_usage: true };
    const body = bytesOf(aChatRequest({ stream: true, stream_options }));
    await fc.assert(
      fc.asyncProperty(streamed, encoding, async (answered, packedIn) => {
        scripted({ ...answered, encoding: packedIn });
        const answer = await post('/v1/chat/completions', body);
        assert.ok(answer.body.equals(proxied.mock.lastRequest().responseBody()));
        expectRow(answer, answered.usage);
      }),
      { numRuns },
    );
    await assertRows();
  });

  it('of a chat’s stream are those without usage where it was not asked for, and are metered', async () => {
    const body = bytesOf(aChatRequest({ stream: true }));
    await fc.assert(
      fc.asyncProperty(streamed, async (answered) => {
        scripted(answered);
        const url = `${proxied.mock.url}/v1/chat/completions`;
        const direct = await exchangeBytes(url, { headers: [], body });
        scripted(answered);
        const answer = await post('/v1/chat/completions', body);
        assert.equal(answer.body.toString(), direct.body.toString());
        expectRow(answer, answered.usage);
      }),
      { numRuns },
    );
    await assertRows();
  });

  it('of plain answers come as they are, and are metered', async () => {
    const dialects = fc.constantFrom('chat', 'messages');
    await fc.assert(
      fc.asyncProperty(streamed, encoding, dialects, async (answered, packedIn, dialect) => {
        scripted({ ...answered, encoding: packedIn, framing: 'chunked' });
        const answer =
          dialect === 'chat'
            ? await post('/v1/chat/completions', bytesOf(aChatRequest()))
            : await post('/v1/messages', bytesOf(aMessagesRequest()));
        assert.ok(answer.body.equals(proxied.mock.lastRequest().responseBody()));
        expectRow(answer, answered.usage);
      }),
      { numRuns },
    );
    await assertRows();
  });

  it('of a request reach the provider, with members that nobody knows', async () => {
    const requests = fc.record({
      isChat: fc.boolean(),
      isStream: fc.boolean(),
      unknownMembers,
      spacing,
    });
    await fc.assert(
      fc.asyncProperty(
        requests,
        async ({ isChat, isStream, unknownMembers: unknown, spacing: space }) => {
          scripted({ kind: 'answer', usage: { input: 7, cacheRead: 0, output: 3 } });
          // Asked for, usage needs no splicing.
          const stream = isStream ? { stream: true, stream_options: { include_usage: true } } : {};
          const known = isChat ? aChatRequest(stream) : aMessagesRequest({ stream: isStream });
          const body = Buffer.from(
            JSON.stringify({ ...unknown, ...known, z: unknown }, null, space),
          );
          const answer = await post(isChat ? '/v1/chat/completions' : '/v1/messages', body);
          assert.equal(answer.status, 200, answer.body.toString());
          assert.ok(proxied.mock.lastRequest().body.equals(body));
          expectRow(answer, { input: 7, cacheRead: 0, output: 3 });
        },
      ),
      { numRuns },
    );
    await assertRows();
  });

  it('of a request reach the provider around the one member that is added', async () => {
    const requests = fc.record({ unknownMembers, spacing });
    await fc.assert(
      fc.asyncProperty(requests, async ({ unknownMembers: unknown, spacing: space }) => {
        scripted({ kind: 'answer' });
        const asked: JsonBody = { ...unknown, ...aChatRequest({ stream: true }), z: unknown };
        const text = JSON.stringify(asked, null, space);
        const answer = await post('/v1/chat/completions', Buffer.from(text));
        assert.equal(answer.status, 200);
        const upstream = proxied.mock.lastRequest();
        const added = '"stream_options":{"include_usage":true},';
        assert.equal(upstream.body.toString().replace(added, ''), text);
        const { stream_options: options, ...others } = upstream.json() ?? {};
        assert.deepEqual(options, { include_usage: true });
        assert.deepEqual(others, JSON.parse(text));
      }),
      { numRuns },
    );
  });

  it('of an answer pass with members and events that nobody knows, and are metered', async () => {
    const events = fc.array(
      fc.record({
        at: fc.nat(6),
        name: fc.stringMatching(/^[a-z_.]{1,12}$/),
        data: unknownMembers,
      }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(
        events,
        unknownMembers,
        fc.integer({ min: 1, max: 200 }),
        async (strangers, unknown, writeBytes) => {
          const known = [
            {
              type: 'message_start',
              message: {
                ...unknown,
                model: 'claude-sonnet-4-6',
                content: [],
                usage: {
                  ...unknown,
                  input_tokens: 31,
                  cache_read_input_tokens: 5,
                  output_tokens: 1,
                },
              },
            },
            {
              ...unknown,
              type: 'content_block_start',
              index: 0,
              content_block: { type: 'text', text: '' },
            },
            {
              type: 'content_block_delta',
              index: 0,
              delta: { ...unknown, type: 'text_delta', text: 'Hi' },
            },
            { type: 'content_block_stop', index: 0, ...unknown },
            {
              type: 'message_delta',
              delta: { stop_reason: 'end_turn' },
              usage: { output_tokens: 17, ...unknown },
            },
            { ...unknown, type: 'message_stop' },
          ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
          for (const { at, name, data } of strangers) {
            known.splice(
              at,
              0,
              `event: x_${name}\nid: 1\ndata: ${JSON.stringify({ type: `x_${name}`, ...data })}\n\n`,
            );
          }
          const body = known.join('');
          scripted({ kind: 'raw', contentType: 'text/event-stream', body, writeBytes });
          const answer = await post('/v1/messages', bytesOf(aMessagesRequest({ stream: true })));
          assert.equal(answer.body.toString(), body);
          expectRow(answer, { input: 31, cacheRead: 5, output: 17 });
        },
      ),
      { numRuns },
    );
    await assertRows();
  });
});
