import assert from 'node:assert/strict';
import { errorCatalogue, type ErrorCode } from '../contract/error-codes.ts';
import { RelayError } from '../domain/relay-error.ts';
import { headerValue } from '../domain/headers.ts';
import { dialects } from './registry.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

for (const dialect of dialects) {
  describe(`an error in the ${dialect.id} dialect`, () => {
    it('carries status, code and request id for every code of the catalogue', () => {
      for (const code of codes) {
        const { status, headers } = dialect.encodeError(new RelayError(code, 'Because.'), 'rq_1');
        assert.equal(status, errorCatalogue[code].status);
        assert.equal(headerValue(headers, 'x-relaycore-error'), code);
        assert.equal(headerValue(headers, 'x-relaycore-request-id'), 'rq_1');
        assert.equal(headerValue(headers, 'content-type'), 'application/json');
      }
    });

    it('tells SDKs not to retry what will not go away', () => {
      for (const code of codes) {
        const { headers } = dialect.encodeError(new RelayError(code, 'Because.'), 'rq_1');
        const expected = errorCatalogue[code].retryable ? null : 'false';
        assert.equal(headerValue(headers, 'x-should-retry'), expected, code);
      }
    });

    it('names the time to wait in whole seconds', () => {
      const error = new RelayError('rate_limited', 'Slow down.', { retryAfterSeconds: 1.2 });
      assert.equal(headerValue(dialect.encodeError(error, 'rq_1').headers, 'retry-after'), '2');
      const none = dialect.encodeError(new RelayError('budget_exceeded', 'Used up.'), 'rq_1');
      assert.equal(headerValue(none.headers, 'retry-after'), null);
    });
  });
}

describe('the body of an error', () => {
  it("has OpenAI's shape with the code in `code`", () => {
    const [openai] = dialects;
    const encoded = openai?.encodeError(new RelayError('budget_exceeded', 'Used up.'), 'rq_1');
    assert.deepEqual(JSON.parse(encoded?.body ?? ''), {
      error: {
        message: 'Used up.',
        type: 'insufficient_quota',
        param: null,
        code: 'budget_exceeded',
      },
    });
  });

  it("has Anthropic's shape with the code in the message", () => {
    const anthropic = dialects.find(({ id }) => id === 'anthropic');
    const encoded = anthropic?.encodeError(new RelayError('queue_full', 'Busy.'), 'rq_1');
    assert.deepEqual(JSON.parse(encoded?.body ?? ''), {
      type: 'error',
      error: { type: 'overloaded_error', message: 'Busy. (RelayCore: queue_full)' },
      request_id: 'rq_1',
    });
  });
});
