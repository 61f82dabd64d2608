// What OpenAI's client makes of failures: its own typed errors, its own retries, and never one request more.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { newestRow } from '../support/ledger.ts';
import type { ErrorBehaviour } from '../support/mock-provider.ts';
import { runCore } from '../support/run-core.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';
import { createRecordingFetch, type RecordingFetch } from './recording-fetch.ts';

type ErrorClass = abstract new (...args: never) => InstanceType<typeof OpenAI.APIError>;

const model = 'gpt-4o-mini';
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Say hello.' }];
/** Shorter than the least that the SDK waits by itself (375 ms). */
const soon = { headers: { 'retry-after-ms': '60' } };

describe('the openai SDK and errors', () => {
  let proxied: ProxiedProvider;
  let recording: RecordingFetch;

  before(async () => {
    proxied = await startProxiedProvider({
      providers: () => ({
        away: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', models: ['away'] },
      }),
      config: {
        server: { bodyLimitMb: 1, maxConcurrentPerClient: 2, maxQueuedRequests: 1 },
        upstream: { idleTimeoutMs: 800 },
      },
    });
  });

  after(() => proxied.dispose());

  beforeEach(() => {
    recording = createRecordingFetch();
  });

  afterEach(() => proxied.assertNoTokenLeftAndReset());

  function clientWith(options: ConstructorParameters<typeof OpenAI>[0] = {}): OpenAI {
    const { fetch } = recording;
    const baseURL = `${proxied.core.url}/v1`;
    return new OpenAI({ apiKey: proxied.token, baseURL, maxRetries: 0, fetch, ...options });
  }

  async function errorOf(
    asked: PromiseLike<unknown>,
    expected: ErrorClass,
  ): Promise<InstanceType<typeof OpenAI.APIError>> {
    try {
      await asked;
    } catch (error) {
      assert.ok(error instanceof OpenAI.APIError, String(error));
      assert.equal(error.constructor, expected);
      return error;
    }
    assert.fail('there was no error');
  }

  /** What both sides counted: nothing was repeated, nothing swallowed. */
  function assertSent(count: number): void {
    assert.equal(recording.sent.length, count, 'what the SDK sent');
    assert.equal(proxied.mock.requests.length, count, 'what the provider got');
    const retryCounts = proxied.mock.requests.map((request) =>
      request.header('x-stainless-retry-count'),
    );
    assert.deepEqual(
      retryCounts,
      Array.from({ length: count }, (_, index) => String(index)),
    );
  }

  describe('of the provider', () => {
    const classes: readonly (readonly [number, ErrorClass])[] = [
      [400, OpenAI.BadRequestError],
      [401, OpenAI.AuthenticationError],
      [403, OpenAI.PermissionDeniedError],
      [404, OpenAI.NotFoundError],
      [409, OpenAI.ConflictError],
      [422, OpenAI.UnprocessableEntityError],
      [429, OpenAI.RateLimitError],
      [500, OpenAI.InternalServerError],
      [503, OpenAI.InternalServerError],
    ];
    for (const [status, expected] of classes) {
      it(`raises ${expected.name} on ${status}, with all that the provider said`, async () => {
        const behaviour: ErrorBehaviour = {
          kind: 'error',
          status,
          message: 'So it is.',
          code: 'some_code',
          type: 'some_type',
        };
        proxied.mock.script(behaviour, behaviour);
        const error = await errorOf(
          clientWith().chat.completions.create({ model, messages }),
          expected,
        );
        assert.deepEqual(
          [error.status, error.code, error.type, error.param],
          [status, 'some_code', 'some_type', null],
        );
        assert.equal(error.message, `${status} So it is.`);
        assert.equal(error.requestID, 'req_mock_error');
        assert.equal(error.headers?.get('x-relaycore-error'), null);
        assert.equal(error.headers?.get('x-should-retry'), null);
        await errorOf(
          clientWith().chat.completions.create({ model, messages, stream: true }),
          expected,
        );
        assert.equal(proxied.mock.requests.length, 2);
      });
    }

    it('raises an error that comes inside a stream', async () => {
      proxied.mock.script({ kind: 'answer', chunks: 6, errorAfterEvents: 3 });
      const stream = await clientWith().chat.completions.create({ model, messages, stream: true });
      let chunks = 0;
      const read = async (): Promise<void> => {
        for await (const chunk of stream) chunks += chunk.choices.length;
      };
      const error = await errorOf(read(), OpenAI.APIError);
      assert.equal(error.type, 'server_error');
      assert.equal(chunks, 3);
      assertSent(1);
    });

    it('sees a stream break off', async () => {
      proxied.mock.script({
        kind: 'answer',
        chunks: 6,
        fault: { kind: 'cut', events: 3, bytes: 9 },
      });
      const stream = await clientWith().chat.completions.create({ model, messages, stream: true });
      await assert.rejects(async () => {
        for await (const chunk of stream) assert.ok(chunk.id);
      });
      assertSent(1);
    });
  });

  describe('and retries', () => {
    it('repeats a 500 once and succeeds', async () => {
      proxied.mock.script({ kind: 'error', status: 500 }, { kind: 'answer' });
      const asked = clientWith({ maxRetries: 1 }).chat.completions.create({ model, messages });
      const { data, response } = await asked.withResponse();
      assert.equal(data.choices.length, 1);
      assertSent(2);
      assert.equal(response.headers.get('x-relaycore-attempts'), '1');
      assert.ok(
        proxied.mock.requests[0]?.body.equals(proxied.mock.requests[1]?.body ?? Buffer.alloc(0)),
      );
      const row = await proxied.rowOf(response.headers);
      assert.deepEqual([row.outcome, row.attempts, row.costNanoUsd], ['completed', 1, 7200]);
    });

    it('repeats twice by default, and then gives up', async () => {
      proxied.mock.respond({ kind: 'error', status: 500, ...soon });
      const { fetch } = recording;
      const client = new OpenAI({
        apiKey: proxied.token,
        baseURL: `${proxied.core.url}/v1`,
        fetch,
      });
      await errorOf(
        client.chat.completions.create({ model, messages }),
        OpenAI.InternalServerError,
      );
      assertSent(3);
    });

    it('waits as long as retry-after says', async () => {
      proxied.mock.script({ kind: 'error', status: 429, retryAfterSeconds: 1 }, { kind: 'answer' });
      await clientWith({ maxRetries: 2 }).chat.completions.create({ model, messages });
      assertSent(2);
      const [first, second] = proxied.mock.requests.map(({ receivedAtMs }) => receivedAtMs);
      const waitedMs = (second ?? 0) - (first ?? 0);
      assert.ok(waitedMs >= 990 && waitedMs < 3_000, `waited ${waitedMs} ms`);
    });

    it('waits as short as retry-after-ms says, for a stream too', async () => {
      proxied.mock.script({ kind: 'error', status: 429, ...soon }, { kind: 'answer' });
      await clientWith({ maxRetries: 2 }).chat.completions.stream({ model, messages }).done();
      assertSent(2);
      const [first, second] = proxied.mock.requests.map(({ receivedAtMs }) => receivedAtMs);
      assert.ok((second ?? 0) - (first ?? 0) < 350);
    });

    it('obeys the provider that forbids them', async () => {
      proxied.mock.respond({ kind: 'error', status: 500, headers: { 'x-should-retry': 'false' } });
      await errorOf(
        clientWith({ maxRetries: 3 }).chat.completions.create({ model, messages }),
        OpenAI.InternalServerError,
      );
      assertSent(1);
    });

    it('repeats where the connection of the provider was reset', async () => {
      proxied.mock.script({ kind: 'reset' }, { kind: 'answer' });
      await clientWith({ maxRetries: 1 }).chat.completions.create({ model, messages });
      assertSent(2);
    });

    it('repeats where the answer broke off, which is never taken for a whole one', async () => {
      proxied.mock.script(
        { kind: 'answer', fault: { kind: 'cut', bytes: 60 } },
        { kind: 'answer' },
      );
      await clientWith({ maxRetries: 1 }).chat.completions.create({ model, messages });
      assertSent(2);
    });
  });

  describe('of RelayCore', () => {
    it('raises AuthenticationError for an unknown token, and sends it once', async () => {
      for (const apiKey of ['rc_c_unknown', proxied.core.controlToken]) {
        const client = clientWith({ apiKey, maxRetries: 5 });
        const error = await errorOf(
          client.chat.completions.create({ model, messages }),
          OpenAI.AuthenticationError,
        );
        assert.equal(error.code, 'unauthenticated');
        assert.match(error.message, /relaycore token create/);
        assert.equal(error.headers?.get('x-should-retry'), 'false');
      }
      assert.equal(recording.sent.length, 2);
      assert.equal(proxied.mock.requests.length, 0);
    });

    it('raises BadRequestError where no provider is configured, and says what to do', async () => {
      const keyless = await runCore({ env: { OPENAI_API_KEY: undefined } });
      try {
        const apiKey = await keyless.createClientToken();
        const client = clientWith({ apiKey, baseURL: `${keyless.url}/v1`, maxRetries: 5 });
        const error = await errorOf(
          client.chat.completions.create({ model, messages }),
          OpenAI.BadRequestError,
        );
        assert.equal(error.code, 'no_provider');
        assert.match(error.message, /gpt-4o-mini.*OPENAI_API_KEY/);
        const { outcome, errorCode, costNanoUsd } = await newestRow(keyless);
        assert.deepEqual([outcome, errorCode, costNanoUsd], ['failed', 'no_provider', 0]);
      } finally {
        await keyless.dispose();
      }
      assert.equal(recording.sent.length, 1);
    });

    it('raises APIError with 413 for a body over the limit', async () => {
      const content = 'x'.repeat(1_100_000);
      const asked = clientWith({ maxRetries: 5 }).chat.completions.create({
        model,
        messages: [{ role: 'user', content }],
      });
      const error = await errorOf(asked, OpenAI.APIError);
      assert.deepEqual([error.status, error.code], [413, 'body_too_large']);
      assert.match(error.message, /bodyLimitMb/);
      assert.equal(recording.sent.length, 1);
      assert.equal(proxied.mock.requests.length, 0);
    });

    it('raises BadRequestError for a header that makes no sense', async () => {
      const headers = { 'x-relaycore-cache': 'sometimes' };
      const asked = clientWith().chat.completions.create({ model, messages }, { headers });
      const error = await errorOf(asked, OpenAI.BadRequestError);
      assert.equal(error.code, 'bad_request');
      assert.match(error.message, /use, bypass, refresh, only/);
    });

    it('raises NotFoundError for a base URL without /v1, and names the right one', async () => {
      const client = clientWith({ baseURL: proxied.core.url, maxRetries: 5 });
      const error = await errorOf(
        client.chat.completions.create({ model, messages }),
        OpenAI.NotFoundError,
      );
      assert.equal(error.code, 'not_found');
      assert.match(error.message, /\/v1/);
      assert.equal(recording.sent.length, 1);
    });

    it('is not repeated where that could not help, though it is a 504', async () => {
      const client = clientWith({ maxRetries: 5, defaultHeaders: { 'x-relaycore-cache': 'only' } });
      const error = await errorOf(
        client.chat.completions.create({ model, messages }),
        OpenAI.InternalServerError,
      );
      assert.deepEqual([error.status, error.code], [504, 'cache_miss']);
      assert.equal(recording.sent.length, 1);
      assert.equal(proxied.mock.requests.length, 0);
    });

    it('raises InternalServerError for a provider that is away or silent', async () => {
      const away = await errorOf(
        clientWith().chat.completions.create({ model: 'away', messages }),
        OpenAI.InternalServerError,
      );
      assert.deepEqual([away.status, away.code], [502, 'upstream_unreachable']);
      proxied.mock.script({ kind: 'silence', after: 'request' });
      const silent = await errorOf(
        clientWith().chat.completions.create({ model, messages }),
        OpenAI.InternalServerError,
      );
      assert.deepEqual([silent.status, silent.code], [504, 'upstream_timeout']);
      assert.equal(proxied.mock.requests.length, 1);
    });

    it('is told to wait by a full queue, and gets through when it does', async () => {
      proxied.mock.respond({ kind: 'answer', headerDelayMs: 300 });
      const askFour = (client: OpenAI): Promise<unknown>[] =>
        Array.from({ length: 4 }, () => client.chat.completions.create({ model, messages }));
      const ends = await Promise.allSettled(askFour(clientWith()));
      const refused = ends.filter((end) => end.status === 'rejected');
      assert.equal(refused.length, 1);
      const error = await errorOf(Promise.reject(refused[0]?.reason), OpenAI.InternalServerError);
      assert.deepEqual(
        [error.status, error.code, error.headers?.get('retry-after')],
        [503, 'queue_full', '1'],
      );
      assert.equal(proxied.mock.requests.length, 3);
      await Promise.all(askFour(clientWith({ maxRetries: 1 })));
      assert.equal(proxied.mock.requests.length, 3 + 4);
      assert.equal(recording.sent.length, 4 + 5);
    });

    it('never asks the provider for a client that has left while it waited', async () => {
      proxied.mock.respond({ kind: 'answer', headerDelayMs: 250 });
      for (const temperature of [0, 1]) {
        const client = clientWith();
        const ask = (content: string, signal?: AbortSignal): Promise<unknown> =>
          client.chat.completions.create(
            { model, temperature, messages: [{ role: 'user', content }] },
            { ...(signal === undefined ? {} : { signal }) },
          );
        const running = [ask('one'), ask('two')];
        await proxied.mock.waitForRequests(2);
        const leaving = AbortSignal.timeout(80);
        await assert.rejects(ask('three', leaving), OpenAI.APIUserAbortError);
        await Promise.all(running);
        await ask('four');
        const asked = proxied.mock.requests.map((request) => request.body.toString());
        assert.equal(asked.length, 3);
        assert.ok(!asked.some((body) => body.includes('three')));
        proxied.mock.reset();
        proxied.mock.respond({ kind: 'answer', headerDelayMs: 250 });
      }
    });
  });
});
