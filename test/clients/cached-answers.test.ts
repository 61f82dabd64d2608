// Answers that cost nothing: repeats out of the cache, in whatever form they are asked for, and identical requests
// in flight. An SDK must not be able to tell them from the provider's own.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { aChatRequest, aChatTool, bytesOf, type JsonBody } from '../support/builders.ts';
import type { AnswerBehaviour, Behaviour } from '../support/mock-provider.ts';
import { exchangeBytes, type ByteAnswer } from './exchange-bytes.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';

interface Clients {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
}

/** Something that can be asked for in several forms, by the words of the question. */
interface Answerable {
  readonly name: string;
  readonly costNanoUsd: number;
  readonly forms: Readonly<
    Record<string, (clients: Clients, question: string) => PromiseLike<unknown>>
  >;
}

const chat = (question: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
  model: 'gpt-4o-mini',
  temperature: 0,
  messages: [{ role: 'user', content: question }],
});
/** The SDK’s types know the newest API only, which has no temperature; most clients speak the older one. */
const message = (question: string): Anthropic.MessageCreateParamsNonStreaming => ({
  ...{ temperature: 0 },
  model: 'claude-sonnet-4-6',
  max_tokens: 256,
  messages: [{ role: 'user', content: question }],
});
/** OpenAI's plain answers carry an empty list that its streams have no place for. */
function withoutEmptyAnnotations(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replace(',"annotations":[]', ''));
}

const includingUsage = { stream_options: { include_usage: true } };

const answerables: readonly Answerable[] = [
  {
    name: 'a chat completion',
    costNanoUsd: 7200,
    forms: {
      plain: ({ openai }, question) => openai.chat.completions.create(chat(question)),
      streamed: ({ openai }, question) =>
        openai.chat.completions.stream({ ...chat(question), stream: true }).finalChatCompletion(),
      'streamed with usage': ({ openai }, question) =>
        openai.chat.completions
          .stream({ ...chat(question), stream: true, ...includingUsage })
          .finalChatCompletion(),
    },
  },
  {
    name: 'a message',
    costNanoUsd: 171_000,
    forms: {
      plain: ({ anthropic }, question) => anthropic.messages.create(message(question)),
      streamed: ({ anthropic }, question) =>
        anthropic.messages.stream(message(question)).finalMessage(),
    },
  },
  {
    name: 'an embedding',
    costNanoUsd: 240,
    forms: {
      plain: ({ openai }, question) =>
        openai.embeddings.create({ model: 'text-embedding-3-small', input: question }),
    },
  },
];

describe('an answer that costs nothing', () => {
  let proxied: ProxiedProvider;
  let otherToken: string;
  let questions = 0;

  before(async () => {
    proxied = await startProxiedProvider();
    otherToken = await proxied.core.createClientToken('other');
  });

  after(() => proxied.dispose());

  afterEach(() => proxied.assertNoTokenLeftAndReset());

  const aQuestion = (): string => `What is the answer to question ${(questions += 1)}?`;

  function clientsWith(
    headers: Record<string, string> = {},
    onAnswer: (headers: Headers) => void = () => {},
  ): Clients {
    const watchingFetch: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      onAnswer(response.headers);
      return response;
    };
    const common = {
      apiKey: proxied.token,
      maxRetries: 0,
      fetch: watchingFetch,
      defaultHeaders: headers,
    };
    const { url } = proxied.core;
    return {
      openai: new OpenAI({ ...common, baseURL: `${url}/v1` }),
      anthropic: new Anthropic({ ...common, baseURL: url }),
    };
  }

  function post(
    body: JsonBody,
    options: { token?: string; base?: string; headers?: string[] } = {},
  ): Promise<ByteAnswer> {
    const { token = proxied.token, base = '', headers = [] } = options;
    return exchangeBytes(`${proxied.core.url}${base}/v1/chat/completions`, {
      headers: ['authorization', `Bearer ${token}`, ...headers],
      body: bytesOf(body),
    });
  }

  const outcomeOf = (answer: ByteAnswer): string | null => answer.headers.get('x-relaycore-cache');

  /** A request that the cache takes by itself. */
  const cacheable = (overrides: JsonBody = {}): JsonBody =>
    aChatRequest({ temperature: 0, user: aQuestion(), ...overrides });

  /** What came compressed is kept a moment after it has passed, when it is unpacked. */
  async function untilKept(body: JsonBody): Promise<ByteAnswer> {
    for (let turn = 0; turn < 50; turn += 1) {
      const answer = await post(body, { headers: ['x-relaycore-cache', 'only'] });
      if (answer.status === 200) return answer;
      await delay(20);
    }
    assert.fail('the answer was not kept');
  }

  describe('out of the cache', () => {
    for (const { name, forms, costNanoUsd } of answerables) {
      for (const [first, askFirst] of Object.entries(forms)) {
        for (const [second, askSecond] of Object.entries(forms)) {
          it(`is ${name} asked for ${first}, and again ${second}`, async () => {
            const question = aQuestion();
            const bypassing = clientsWith({ 'x-relaycore-cache': 'bypass' });
            const expected = withoutEmptyAnnotations(await askSecond(bypassing, question));
            proxied.mock.reset();
            const seen: Headers[] = [];
            const clients = clientsWith({}, (headers) => seen.push(headers));
            await askFirst(clients, question);
            const got = withoutEmptyAnnotations(await askSecond(clients, question));
            assert.deepEqual(got, expected, 'not what the provider sends');
            assert.equal(proxied.mock.requests.length, 1);
            assert.deepEqual(
              seen.map((headers) => headers.get('x-relaycore-cache')),
              ['miss', 'hit'],
            );
            assert.equal(
              seen[0]?.get('x-relaycore-cache-key'),
              seen[1]?.get('x-relaycore-cache-key'),
            );
            assert.equal(seen[1]?.get('x-relaycore-cost-usd'), '0');
            const row = await proxied.rowOf(seen[1] ?? assert.fail());
            assert.deepEqual(
              [row.cacheOutcome, row.outcome, row.attempts],
              ['hit', 'completed', 0],
            );
            assert.deepEqual([row.costNanoUsd, row.savedByCacheNanoUsd], [0, costNanoUsd]);
          });
        }
      }
    }

    it('has the same bytes in the same form, whatever they were packed in', async () => {
      for (const stream of [false, true]) {
        const body = cacheable({ stream });
        proxied.mock.reset();
        proxied.mock.script({ kind: 'answer', encoding: 'br', sse: { crlf: true } });
        // Asked for usage, a stream passes as it is.
        const ask = stream ? { ...body, ...includingUsage } : body;
        await post(ask, { headers: ['accept-encoding', 'br'] });
        proxied.mock.reset();
        proxied.mock.script({ kind: 'answer', sse: { crlf: true } });
        const fresh = await post(ask, { headers: ['x-relaycore-cache', 'bypass'] });
        const hit = await untilKept(ask);
        assert.equal(outcomeOf(hit), 'hit', `stream: ${String(stream)}`);
        assert.ok(hit.body.equals(fresh.body));
        assert.equal(hit.headers.get('content-encoding'), null);
        assert.equal(hit.headers.get('content-type'), fresh.headers.get('content-type'));
      }
    });

    it('is not given for what may be answered in many ways, unless the client asks for it', async () => {
      const tools = [aChatTool()];
      for (const changes of [{ temperature: 1 }, { temperature: undefined }, { tools }]) {
        const body = cacheable(changes);
        assert.equal(outcomeOf(await post(body)), 'bypass');
        assert.equal(outcomeOf(await post(body)), 'bypass');
        const use = { headers: ['x-relaycore-cache', 'use'] };
        assert.equal(outcomeOf(await post(body, use)), 'miss');
        assert.equal(outcomeOf(await post(body, use)), 'hit');
      }
      const several = cacheable({ n: 2 });
      assert.equal(
        outcomeOf(await post(several, { headers: ['x-relaycore-cache', 'use'] })),
        'bypass',
      );
    });

    it('is steered by the request', async () => {
      const body = cacheable();
      const asking = (directive: string): Promise<ByteAnswer> =>
        post(body, { headers: ['x-relaycore-cache', directive] });
      assert.equal((await asking('only')).status, 504);
      assert.equal(outcomeOf(await asking('bypass')), 'bypass');
      assert.equal((await asking('only')).status, 504, 'bypass has kept the answer');
      assert.equal(outcomeOf(await asking('refresh')), 'miss');
      proxied.mock.script({ kind: 'answer', text: 'Something new.' });
      assert.equal(outcomeOf(await asking('refresh')), 'miss');
      const hit = await asking('only');
      assert.equal(outcomeOf(hit), 'hit');
      assert.match(hit.body.toString(), /Something new/);
      assert.equal(proxied.mock.requests.length, 3);
    });

    it('is never one that failed, broke off, or was cut short', async () => {
      const faults: Behaviour[] = [
        { kind: 'error', status: 500 },
        { kind: 'error', status: 200 },
        { kind: 'answer', finishReason: 'length' },
        { kind: 'answer', errorAfterEvents: 3 },
        { kind: 'answer', fault: { kind: 'end', events: 4 } },
        { kind: 'raw', contentType: 'text/html', body: '<html>login</html>' },
      ];
      for (const fault of faults) {
        const body = cacheable({ stream: true });
        proxied.mock.script(fault);
        await post(body);
        assert.equal(outcomeOf(await post(body)), 'miss', JSON.stringify(fault));
        assert.equal(outcomeOf(await post(body)), 'hit');
      }
    });

    it('lives as long as the request says', async () => {
      const body = cacheable();
      const shortly = { headers: ['x-relaycore-cache-ttl', '1'] };
      await post(body, shortly);
      assert.equal(outcomeOf(await post(body, shortly)), 'hit');
      await delay(1_100);
      const answers = await Promise.all(Array.from({ length: 5 }, () => post(body, shortly)));
      assert.equal(
        proxied.mock.requests.length,
        2,
        'the expired answer was fetched more than once',
      );
      assert.equal(new Set(answers.map((answer) => answer.body.toString())).size, 1);
    });
  });

  describe('because somebody else is asking for it', () => {
    const slowly: AnswerBehaviour = {
      kind: 'answer',
      headerDelayMs: 150,
      chunks: 8,
      chunkDelayMs: 25,
    };

    for (const { name, forms, costNanoUsd } of answerables) {
      for (const [form, ask] of Object.entries(forms)) {
        it(`is ${name} for five who want it ${form}`, async () => {
          const question = aQuestion();
          proxied.mock.respond(slowly);
          const seen: Headers[] = [];
          const clients = clientsWith({}, (headers) => seen.push(headers));
          const answers = await Promise.all(
            Array.from({ length: 5 }, () => ask(clients, question)),
          );
          assert.equal(proxied.mock.requests.length, 1);
          for (const answer of answers) assert.deepEqual(answer, answers[0]);
          const outcomes = seen
            .map((headers) => headers.get('x-relaycore-cache') ?? 'none')
            .toSorted();
          assert.deepEqual(outcomes, [...Array.from({ length: 4 }, () => 'coalesced'), 'miss']);
          const rows = await Promise.all(seen.map((headers) => proxied.rowOf(headers)));
          const costs = rows.map((row) => row.costNanoUsd ?? NaN).toSorted((a, b) => b - a);
          assert.deepEqual(costs, [costNanoUsd, 0, 0, 0, 0], 'paid more than once');
          const joined = rows.filter((row) => row.cacheOutcome === 'coalesced');
          assert.ok(joined.every((row) => row.savedByCacheNanoUsd === costNanoUsd));
        });
      }
    }

    it('comes whole to one who joins late', async () => {
      const body = cacheable({ stream: true });
      proxied.mock.respond({ ...slowly, headerDelayMs: 0 });
      const { openai } = clientsWith();
      const early = await openai.chat.completions.create(
        body as unknown as OpenAI.ChatCompletionCreateParamsStreaming,
      );
      const asTheSdk = { headers: ['accept-encoding', 'gzip, deflate'] };
      const chunks: OpenAI.ChatCompletionChunk[] = [];
      let late: Promise<ByteAnswer> | undefined;
      for await (const chunk of early) {
        chunks.push(chunk);
        if (chunks.length === 4) late = post(body, asTheSdk);
      }
      const answer = await late;
      assert.ok(answer !== undefined);
      assert.equal(outcomeOf(answer), 'coalesced');
      const events = answer.body
        .toString()
        .split('\n\n')
        .filter((event) => event.startsWith('data: {'));
      assert.deepEqual(
        events.map((event) => JSON.parse(event.slice(6)) as unknown),
        chunks,
      );
      assert.match(answer.body.toString(), /data: \[DONE\]\n\n$/);
      assert.equal(proxied.mock.requests.length, 1);
    });

    it('is not one in an encoding that the other cannot read', async () => {
      const body = cacheable();
      proxied.mock.respond((request) => {
        const encoding = request.header('accept-encoding') === 'br' ? 'br' : 'identity';
        return { ...slowly, encoding };
      });
      const reading = ['br', 'identity', 'br', 'identity'];
      const answers = await Promise.all(
        reading.map((encoding) => post(body, { headers: ['accept-encoding', encoding] })),
      );
      const encodings = answers.map((answer) => answer.headers.get('content-encoding'));
      assert.deepEqual(encodings, ['br', null, 'br', null]);
      assert.equal(proxied.mock.requests.length, 2);
    });

    it('goes on for the others when one of them leaves, the first too', async () => {
      for (const leaver of [0, 1, 2]) {
        proxied.mock.respond({ ...slowly, headerDelayMs: 50 });
        const question = aQuestion();
        const ends = await Promise.all(
          [0, 1, 2].map(async (place) => {
            // The order of their coming decides who is the first.
            await delay(place * 15);
            const { openai } = clientsWith();
            const stream = await openai.chat.completions.create({
              ...chat(question),
              stream: true,
            });
            let text = '';
            for await (const chunk of stream) {
              text += chunk.choices[0]?.delta.content ?? '';
              if (place === leaver && text.length > 0) stream.controller.abort();
            }
            return text;
          }),
        );
        const others = ends.filter((_, place) => place !== leaver);
        assert.deepEqual(
          others,
          Array.from({ length: 2 }, () => 'Grüße from the mock provider: 你好, 👋🏽 and goodbye.'),
        );
        assert.notEqual(ends[leaver], others[0]);
        assert.equal(proxied.mock.requests.length, 1);
        assert.equal(await proxied.mock.lastRequest().ended, 'finished');
        proxied.mock.reset();
      }
    });

    it('ends upstream when the last one has left', async () => {
      proxied.mock.respond({ ...slowly, headerDelayMs: 1_000 });
      const question = aQuestion();
      const { openai } = clientsWith();
      const leaving = [new AbortController(), new AbortController()];
      const asked = leaving.map(({ signal }) =>
        assert.rejects(
          openai.chat.completions.create(chat(question), { signal }),
          OpenAI.APIUserAbortError,
        ),
      );
      const [request] = await proxied.mock.waitForRequests(1);
      await delay(100);
      leaving[0]?.abort();
      await delay(100);
      assert.equal(request?.abortedAtMs, undefined, 'the first to leave has ended it');
      leaving[1]?.abort();
      await Promise.all(asked);
      assert.equal(await request?.ended, 'aborted');
      assert.equal(proxied.mock.requests.length, 1);
    });

    it('is an error for all of them where it is one', async () => {
      const errors: Behaviour[] = [
        { kind: 'error', status: 500, headerDelayMs: 150 },
        { kind: 'answer', headerDelayMs: 150, fault: { kind: 'cut', bytes: 60 } },
      ];
      for (const behaviour of errors) {
        proxied.mock.respond(behaviour);
        const question = aQuestion();
        const { openai } = clientsWith();
        const asked = Array.from({ length: 3 }, () =>
          assert.rejects(
            openai.chat.completions.create(chat(question)),
            OpenAI.InternalServerError,
          ),
        );
        await Promise.all(asked);
        assert.equal(proxied.mock.requests.length, 1);
        proxied.mock.reset();
      }
    });
  });

  describe('is never somebody else’s', () => {
    const others: readonly (readonly [string, (body: JsonBody) => Promise<ByteAnswer>])[] = [
      ['token', (body) => post(body, { token: otherToken })],
      ['key', (body) => post(body, { token: 'sk-own-key' })],
      ['other key', (body) => post(body, { token: 'sk-other-key' })],
      ['workspace', (body) => post(body, { base: '/w/shop' })],
      ['organisation', (body) => post(body, { headers: ['openai-organization', 'org-2'] })],
    ];

    it('neither kept nor in flight', async () => {
      const body = cacheable();
      proxied.mock.respond({ kind: 'answer', headerDelayMs: 100 });
      const askAll = (): Promise<ByteAnswer[]> =>
        Promise.all([post(body), ...others.map(([, ask]) => ask(body))]);
      const fresh = await askAll();
      assert.deepEqual(
        fresh.map(outcomeOf),
        fresh.map(() => 'miss'),
      );
      assert.equal(proxied.mock.requests.length, 1 + others.length);
      const bodies = fresh.map((answer) => answer.body.toString());
      assert.equal(new Set(bodies).size, bodies.length);
      const hits = await askAll();
      assert.deepEqual(
        hits.map(outcomeOf),
        hits.map(() => 'hit'),
      );
      assert.deepEqual(
        hits.map((answer) => answer.body.toString()),
        bodies,
      );
      const keys = hits.map((answer) => answer.headers.get('x-relaycore-cache-key'));
      assert.equal(new Set(keys).size, keys.length);
    });
  });
});
