// What Anthropic's client makes of failures: its own typed errors, its own retries, and never one request more.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import type { ErrorBehaviour } from '../support/mock-provider.ts';
import { runCore } from '../support/run-core.ts';
import { startProxiedProvider, type ProxiedProvider } from './proxied-provider.ts';
import { createRecordingFetch, type RecordingFetch } from './recording-fetch.ts';

type ErrorClass = abstract new (...args: never) => InstanceType<typeof Anthropic.APIError>;

const ask = {
  model: 'claude-sonnet-4-6',
  max_tokens: 256,
  messages: [{ role: 'user' as const, content: 'Say hello.' }],
};
/** Shorter than the least that the SDK waits by itself (375 ms). */
const soon = { headers: { 'retry-after-ms': '60' } };

describe('the Anthropic SDK and errors', () => {
  let proxied: ProxiedProvider;
  let recording: RecordingFetch;

  before(async () => {
    proxied = await startProxiedProvider({
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

  function clientWith(options: ConstructorParameters<typeof Anthropic>[0] = {}): Anthropic {
    const { fetch } = recording;
    const baseURL = proxied.core.url;
    return new Anthropic({ apiKey: proxied.token, baseURL, maxRetries: 0, fetch, ...options });
  }

  async function errorOf(
    asked: PromiseLike<unknown>,
    expected: ErrorClass,
  ): Promise<InstanceType<typeof Anthropic.APIError>> {
    try {
      await asked;
    } catch (error) {
      assert.ok(error instanceof Anthropic.APIError, String(error));
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
    const classes: readonly (readonly [number, string, ErrorClass])[] = [
      [400, 'invalid_request_error', Anthropic.BadRequestError],
      [401, 'authentication_error', Anthropic.AuthenticationError],
      [403, 'permission_error', Anthropic.PermissionDeniedError],
      [404, 'not_found_error', Anthropic.NotFoundError],
      [413, 'request_too_large', Anthropic.ContentTooLargeError],
      [429, 'rate_limit_error', Anthropic.RateLimitError],
      [500, 'api_error', Anthropic.InternalServerError],
      [529, 'overloaded_error', Anthropic.OverloadedError],
    ];
    for (const [status, type, expected] of classes) {
      it(`raises ${expected.name} on ${status}, with all that the provider said`, async () => {
        const behaviour: ErrorBehaviour = { kind: 'error', status, message: 'So it is.' };
        proxied.mock.script(behaviour, behaviour);
        const error = await errorOf(clientWith().messages.create(ask), expected);
        assert.deepEqual([error.status, error.type, error.apiMessage], [status, type, 'So it is.']);
        assert.equal(error.requestID, 'req_mock_error');
        assert.equal(error.headers?.get('x-relaycore-error'), null);
        assert.equal(error.headers?.get('x-should-retry'), null);
        await errorOf(clientWith().messages.create({ ...ask, stream: true }), expected);
        assert.equal(proxied.mock.requests.length, 2);
      });
    }

    it('raises an error that comes inside a stream', async () => {
      proxied.mock.script({ kind: 'answer', chunks: 6, errorAfterEvents: 4 });
      const stream = clientWith().messages.stream(ask);
      const error = await errorOf(stream.finalMessage(), Anthropic.APIError);
      assert.equal(error.type, 'overloaded_error');
      assertSent(1);
    });

    it('sees a stream break off', async () => {
      proxied.mock.script({
        kind: 'answer',
        chunks: 6,
        fault: { kind: 'cut', events: 3, bytes: 9 },
      });
      const stream = await clientWith().messages.create({ ...ask, stream: true });
      await assert.rejects(async () => {
        for await (const event of stream) assert.ok(event.type);
      });
      assertSent(1);
    });
  });

  describe('and retries', () => {
    it('repeats an overloaded provider once and succeeds', async () => {
      proxied.mock.script({ kind: 'error', status: 529 }, { kind: 'answer' });
      const { data, response } = await clientWith({ maxRetries: 1 })
        .messages.create(ask)
        .withResponse();
      assert.equal(data.content.length, 1);
      assertSent(2);
      assert.equal(response.headers.get('x-relaycore-attempts'), '1');
      assert.ok(
        proxied.mock.requests[0]?.body.equals(proxied.mock.requests[1]?.body ?? Buffer.alloc(0)),
      );
      const row = await proxied.rowOf(response.headers);
      assert.deepEqual([row.outcome, row.attempts, row.costNanoUsd], ['completed', 1, 171_000]);
    });

    it('repeats twice by default, and then gives up', async () => {
      proxied.mock.respond({ kind: 'error', status: 500, ...soon });
      const { fetch } = recording;
      const client = new Anthropic({ apiKey: proxied.token, baseURL: proxied.core.url, fetch });
      await errorOf(client.messages.create(ask), Anthropic.InternalServerError);
      assertSent(3);
    });

    it('waits as long as retry-after says', async () => {
      proxied.mock.script({ kind: 'error', status: 429, retryAfterSeconds: 1 }, { kind: 'answer' });
      await clientWith({ maxRetries: 2 }).messages.create(ask);
      assertSent(2);
      const [first, second] = proxied.mock.requests.map(({ receivedAtMs }) => receivedAtMs);
      const waitedMs = (second ?? 0) - (first ?? 0);
      assert.ok(waitedMs >= 990 && waitedMs < 3_000, `waited ${waitedMs} ms`);
    });

    it('obeys the provider that forbids them', async () => {
      proxied.mock.respond({ kind: 'error', status: 429, headers: { 'x-should-retry': 'false' } });
      await errorOf(clientWith({ maxRetries: 3 }).messages.create(ask), Anthropic.RateLimitError);
      assertSent(1);
    });

    it('repeats a stream that did not begin', async () => {
      proxied.mock.script(
        { kind: 'reset' },
        { kind: 'error', status: 500, ...soon },
        { kind: 'answer' },
      );
      await clientWith({ maxRetries: 2 }).messages.stream(ask).finalMessage();
      assertSent(3);
    });
  });

  describe('of RelayCore', () => {
    it('raises AuthenticationError for an unknown token, and sends it once', async () => {
      const client = clientWith({ apiKey: 'rc_c_unknown', maxRetries: 5 });
      const error = await errorOf(client.messages.create(ask), Anthropic.AuthenticationError);
      assert.equal(error.type, 'authentication_error');
      assert.match(error.message, /relaycore token create.*\(RelayCore: unauthenticated\)/);
      assert.equal(error.headers?.get('x-should-retry'), 'false');
      assert.equal(error.headers?.get('x-relaycore-error'), 'unauthenticated');
      assert.equal(recording.sent.length, 1);
      assert.equal(proxied.mock.requests.length, 0);
    });

    it('raises BadRequestError where no provider is configured, and says what to do', async () => {
      const keyless = await runCore({ env: { ANTHROPIC_API_KEY: undefined } });
      try {
        const apiKey = await keyless.createClientToken();
        const client = clientWith({ apiKey, baseURL: keyless.url, maxRetries: 5 });
        const error = await errorOf(client.messages.create(ask), Anthropic.BadRequestError);
        assert.equal(error.type, 'invalid_request_error');
        assert.match(
          error.message,
          /claude-sonnet-4-6.*ANTHROPIC_API_KEY.*\(RelayCore: no_provider\)/,
        );
      } finally {
        await keyless.dispose();
      }
      assert.equal(recording.sent.length, 1);
    });

    it('raises ContentTooLargeError for a body over the limit', async () => {
      const content = 'x'.repeat(1_100_000);
      const asked = clientWith({ maxRetries: 5 }).messages.create({
        ...ask,
        messages: [{ role: 'user', content }],
      });
      const error = await errorOf(asked, Anthropic.ContentTooLargeError);
      assert.deepEqual([error.status, error.type], [413, 'request_too_large']);
      assert.equal(error.headers?.get('x-relaycore-error'), 'body_too_large');
      assert.equal(recording.sent.length, 1);
      assert.equal(proxied.mock.requests.length, 0);
    });

    it('is not repeated where that could not help, though it is a 504', async () => {
      const client = clientWith({ maxRetries: 5, defaultHeaders: { 'x-relaycore-cache': 'only' } });
      const error = await errorOf(client.messages.create(ask), Anthropic.GatewayTimeoutError);
      assert.equal(error.headers?.get('x-relaycore-error'), 'cache_miss');
      assert.equal(recording.sent.length, 1);
    });

    it('raises an error for a provider that is silent, or whose answer breaks off', async () => {
      proxied.mock.script(
        { kind: 'silence', after: 'request' },
        { kind: 'answer', fault: { kind: 'cut', bytes: 60 } },
      );
      const silent = await errorOf(
        clientWith().messages.create(ask),
        Anthropic.GatewayTimeoutError,
      );
      assert.equal(silent.headers?.get('x-relaycore-error'), 'upstream_timeout');
      const broken = await errorOf(
        clientWith().messages.create(ask),
        Anthropic.InternalServerError,
      );
      assert.deepEqual([broken.status, broken.type], [502, 'api_error']);
      assert.equal(proxied.mock.requests.length, 2);
    });

    it('is told to wait by a full queue', async () => {
      proxied.mock.respond({ kind: 'answer', headerDelayMs: 300 });
      const asked = Array.from({ length: 4 }, () => clientWith().messages.create(ask));
      const ends = await Promise.allSettled(asked);
      const refused = ends.filter((end) => end.status === 'rejected');
      assert.equal(refused.length, 1);
      const error = await errorOf(
        Promise.reject(refused[0]?.reason),
        Anthropic.ServiceUnavailableError,
      );
      const { type, headers } = error;
      assert.deepEqual([type, headers?.get('retry-after')], ['overloaded_error', '1']);
      assert.equal(headers?.get('x-relaycore-error'), 'queue_full');
      assert.equal(proxied.mock.requests.length, 3);
    });
  });
});
